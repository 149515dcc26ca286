package toymodels.backend.cuda.internal.launch;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import toymodels.model.ModelBatch;

/**
 * Models as they lie on a GPU: (models, parameters), where a model's parameters are its encoder,
 * its decoder if untied, and its biases. Any range of these bytes can be read and written.
 */
public final class PackedModels {
  private final float[][] arrays;
  private final int[] sizes;
  private final int first;
  private final long parameters;

  /**
   * @param first the model that is at the start of the packed form
   */
  public PackedModels(ModelBatch models, int first) {
    int w = models.shape().weights();
    int n = models.shape().features();
    boolean tied = models.shape().kind().tied();
    this.arrays =
        tied
            ? new float[][] {models.encoder(), models.biases()}
            : new float[][] {models.encoder(), models.decoder(), models.biases()};
    this.sizes = tied ? new int[] {w, n} : new int[] {w, w, n};
    this.first = first;
    this.parameters = models.shape().parameters();
  }

  public long bytes(int models) {
    return models * parameters * Float.BYTES;
  }

  /** Moves floats between a buffer and an array. */
  @FunctionalInterface
  private interface Move {
    void run(FloatBuffer piece, float[] array, int at, int count);
  }

  /** Fills a piece, from an offset in bytes on. */
  public void read(long offset, ByteBuffer piece) {
    each(offset, piece, FloatBuffer::put);
  }

  /** Takes what a piece holds, from an offset in bytes on. */
  public void write(long offset, ByteBuffer piece) {
    each(offset, piece, FloatBuffer::get);
  }

  private void each(long offset, ByteBuffer piece, Move move) {
    FloatBuffer floats = piece.asFloatBuffer();
    long begin = offset / Float.BYTES;
    int model = first + (int) (begin / parameters);
    int within = (int) (begin % parameters);
    while (floats.hasRemaining()) {
      for (int a = 0; a < arrays.length && floats.hasRemaining(); a++) {
        if (within < sizes[a]) {
          int count = Math.min(sizes[a] - within, floats.remaining());
          move.run(floats, arrays[a], model * sizes[a] + within, count);
          within = 0;
        } else {
          within -= sizes[a];
        }
      }
      model++;
    }
  }
}
