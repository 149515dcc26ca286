package toymodels.model;

import java.util.Arrays;

/**
 * The parameters of many models of one shape, one model after the other.
 *
 * <p>Arrays are feature-major, the transpose of the paper's W: feature i of model k is the run of
 * {@code hidden} floats at {@code (k * features + i) * hidden}, one direction in hidden space, and
 * so already a vertex when hidden is 2 or 3. The same layout holds gradients and Adam moments.
 */
public final class ModelBatch {
  private final ModelShape shape;
  private final int models;
  private final float[] encoder;
  private final float[] decoder;
  private final float[] biases;

  /**
   * All zero.
   *
   * @throws IllegalArgumentException if the arrays would hold 2^31 numbers or more
   */
  public ModelBatch(ModelShape shape, int models) {
    if (models < 0 || (long) models * shape.weights() > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "a batch of %d models of %d weights does not fit one array: train fewer models at a time"
              .formatted(models, shape.weights()));
    }
    this.shape = shape;
    this.models = models;
    this.encoder = new float[models * shape.weights()];
    this.decoder = shape.kind().tied() ? encoder : new float[models * shape.weights()];
    this.biases = new float[models * shape.features()];
  }

  public ModelShape shape() {
    return shape;
  }

  public int models() {
    return models;
  }

  /** W: feature directions, (models, features, hidden). Shared, not copied. */
  public float[] encoder() {
    return encoder;
  }

  /** W_out, (models, features, hidden): the same array as {@link #encoder()} when tied. */
  public float[] decoder() {
    return decoder;
  }

  /** b, (models, features). Shared, not copied. */
  public float[] biases() {
    return biases;
  }

  public ModelBatch copy() {
    return slice(0, models);
  }

  /** A copy of models {@code first} to {@code first + count - 1}. */
  public ModelBatch slice(int first, int count) {
    ModelBatch part = new ModelBatch(shape, count);
    part.put(0, this, first, count);
    return part;
  }

  /** Copies {@code count} models of {@code source}, from its model {@code from}, to {@code at}. */
  public void put(int at, ModelBatch source, int from, int count) {
    int w = shape.weights();
    int n = shape.features();
    System.arraycopy(source.encoder, from * w, encoder, at * w, count * w);
    if (!shape.kind().tied()) {
      System.arraycopy(source.decoder, from * w, decoder, at * w, count * w);
    }
    System.arraycopy(source.biases, from * n, biases, at * n, count * n);
  }

  /** Whether every number of one model is finite. */
  public boolean isFinite(int model) {
    int w = shape.weights();
    int n = shape.features();
    return finite(encoder, model * w, w)
        && (shape.kind().tied() || finite(decoder, model * w, w))
        && finite(biases, model * n, n);
  }

  private static boolean finite(float[] values, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Equality of bits, shape by shape and number by number. */
  public boolean sameBits(ModelBatch other) {
    return shape.equals(other.shape)
        && models == other.models
        && Arrays.equals(encoder, other.encoder)
        && Arrays.equals(decoder, other.decoder)
        && Arrays.equals(biases, other.biases);
  }
}
