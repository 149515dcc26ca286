package toymodels.backend.cpu.internal.dense;

import toymodels.model.ModelBatch;
import toymodels.model.ModelShape;

/**
 * The numbers of one model: parameters, moments or gradients.
 *
 * @param encoder W, (features, hidden)
 * @param decoder D, (features, hidden), the encoder's array when tied
 * @param biases b, (features)
 */
public record Parameters(float[] encoder, float[] decoder, float[] biases) {
  public static Parameters of(ModelShape shape) {
    float[] encoder = new float[shape.weights()];
    float[] decoder = shape.kind().tied() ? encoder : new float[shape.weights()];
    return new Parameters(encoder, decoder, new float[shape.features()]);
  }

  public boolean tied() {
    return encoder == decoder;
  }

  /** Copies model k of a batch. */
  public void load(ModelBatch batch, int k) {
    System.arraycopy(batch.encoder(), k * encoder.length, encoder, 0, encoder.length);
    System.arraycopy(batch.decoder(), k * decoder.length, decoder, 0, decoder.length);
    System.arraycopy(batch.biases(), k * biases.length, biases, 0, biases.length);
  }

  /** Copies into model k of a batch. */
  void store(ModelBatch batch, int k) {
    System.arraycopy(encoder, 0, batch.encoder(), k * encoder.length, encoder.length);
    System.arraycopy(decoder, 0, batch.decoder(), k * decoder.length, decoder.length);
    System.arraycopy(biases, 0, batch.biases(), k * biases.length, biases.length);
  }
}
