package toymodels.backend.reference;

import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * One model in double precision, and its loss and gradient as one would write them on a blackboard.
 * Everything fast is compared with it.
 *
 * <p>Encoder W and decoder D are (features, hidden); for tied kinds they are the same array, and so
 * is their gradient.
 */
public final class ReferenceModel {
  final ModelShape shape;
  final double[] encoder;
  final double[] decoder;
  final double[] biases;

  private final double[] hidden;
  private final double[] gatedHidden;
  private final double[] hiddenGradient;
  private final double[] outputGradient;

  /** All zero. */
  public ReferenceModel(ModelShape shape) {
    this.shape = shape;
    encoder = new double[shape.weights()];
    decoder = shape.kind().tied() ? encoder : new double[shape.weights()];
    biases = new double[shape.features()];
    hidden = new double[shape.hidden()];
    gatedHidden = new double[shape.hidden()];
    hiddenGradient = new double[shape.hidden()];
    outputGradient = new double[shape.features()];
  }

  /** A copy of one model of a batch. */
  public static ReferenceModel of(ModelBatch batch, int model) {
    ReferenceModel copy = new ReferenceModel(batch.shape());
    int w = batch.shape().weights();
    int n = batch.shape().features();
    for (int i = 0; i < w; i++) {
      copy.encoder[i] = batch.encoder()[model * w + i];
      copy.decoder[i] = batch.decoder()[model * w + i];
    }
    for (int i = 0; i < n; i++) {
      copy.biases[i] = batch.biases()[model * n + i];
    }
    return copy;
  }

  /** Rounds this model into a batch. */
  void roundInto(ModelBatch batch, int model) {
    int w = shape.weights();
    int n = shape.features();
    for (int i = 0; i < w; i++) {
      batch.encoder()[model * w + i] = (float) encoder[i];
      batch.decoder()[model * w + i] = (float) decoder[i];
    }
    for (int i = 0; i < n; i++) {
      batch.biases()[model * n + i] = (float) biases[i];
    }
  }

  /** W, (features, hidden), shared. */
  public double[] encoder() {
    return encoder;
  }

  /** D, (features, hidden), shared; the encoder itself when tied. */
  public double[] decoder() {
    return decoder;
  }

  /** b, (features), shared. */
  public double[] biases() {
    return biases;
  }

  /**
   * The output for one input.
   *
   * @param x inputs; the sample begins at {@code at}
   * @param y receives the output, (features)
   */
  public void forward(float[] x, int at, double[] y) {
    ModelKind kind = shape.kind();
    int n = shape.features();
    int m = shape.hidden();
    for (int j = 0; j < m; j++) {
      double h = 0;
      for (int i = 0; i < n; i++) {
        h += encoder[i * m + j] * x[at + i];
      }
      hidden[j] = h;
      gatedHidden[j] = kind.reluHidden() ? relu(h) : h;
    }
    for (int i = 0; i < n; i++) {
      double pre = biases[i];
      for (int j = 0; j < m; j++) {
        pre += decoder[i * m + j] * gatedHidden[j];
      }
      y[i] = kind.reluOutput() ? relu(pre) : pre;
    }
  }

  /**
   * Σ over samples and features of Iᵢ (tᵢ − yᵢ)², with t = x, or |x| where the kind says so; adds
   * its derivative, times {@code scale}, to {@code gradient}.
   *
   * @param x inputs, (samples, features)
   * @param importance I, (features)
   * @param gradient where the derivatives are added, or null for the loss alone
   */
  public double loss(
      float[] x, int samples, double[] importance, double scale, ReferenceModel gradient) {
    int n = shape.features();
    double[] y = new double[n];
    double loss = 0;
    for (int s = 0; s < samples; s++) {
      forward(x, s * n, y);
      for (int i = 0; i < n; i++) {
        double target = shape.kind().targetsAbsoluteValue() ? Math.abs(x[s * n + i]) : x[s * n + i];
        double error = y[i] - target;
        loss += importance[i] * error * error;
        boolean passes = !shape.kind().reluOutput() || y[i] > 0;
        outputGradient[i] = passes ? 2 * importance[i] * error * scale : 0;
      }
      if (gradient != null) {
        backward(x, s * n, gradient);
      }
    }
    return loss;
  }

  private void backward(float[] x, int at, ReferenceModel gradient) {
    int n = shape.features();
    int m = shape.hidden();
    for (int j = 0; j < m; j++) {
      double d = 0;
      for (int i = 0; i < n; i++) {
        d += decoder[i * m + j] * outputGradient[i];
      }
      hiddenGradient[j] = shape.kind().reluHidden() && !(hidden[j] > 0) ? 0 : d;
    }
    for (int i = 0; i < n; i++) {
      gradient.biases[i] += outputGradient[i];
      for (int j = 0; j < m; j++) {
        gradient.decoder[i * m + j] += outputGradient[i] * gatedHidden[j];
        gradient.encoder[i * m + j] += hiddenGradient[j] * x[at + i];
      }
    }
  }

  private static double relu(double v) {
    return v > 0 ? v : 0;
  }
}
