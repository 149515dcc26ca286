package toymodels.analysis;

import java.util.Arrays;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;

/**
 * The loss of one model over samples as they come, with its standard error: weights in double,
 * buffers and sums. Arrays are (features, samples) and (hidden, samples). Each row is an array of
 * its own, read and written at one index, since only then does the compiler see that they do not
 * overlap, and emits vector instructions.
 */
final class SampledLoss {
  private final ModelKind kind;
  private final int n;
  private final int m;
  private final double[] importance;
  private final double[] encoder;
  private final double[] decoder;
  private final double[] biases;
  private final double emptyLoss;
  private final double[][] h;
  private final double[] pre = new double[HeldOutLoss.TILE];
  private final double[] losses = new double[HeldOutLoss.TILE];
  private double block;
  private double sum;
  private double squares;

  SampledLoss(ModelBatch batch, int model, Task task) {
    kind = batch.shape().kind();
    n = batch.shape().features();
    m = batch.shape().hidden();
    importance = task.importance().values();
    encoder = widened(batch.encoder(), model * n * m, n * m);
    decoder = kind.tied() ? encoder : widened(batch.decoder(), model * n * m, n * m);
    biases = widened(batch.biases(), model * n, n);
    emptyLoss = emptyLoss();
    h = new double[m][HeldOutLoss.TILE];
  }

  private static double[] widened(float[] values, int from, int count) {
    double[] wide = new double[count];
    for (int i = 0; i < count; i++) {
      wide[i] = values[from + i];
    }
    return wide;
  }

  double mean(int samples) {
    return sum / samples;
  }

  double standardError(int samples) {
    double mean = sum / samples;
    double variance = Math.max(squares / samples - mean * mean, 0);
    return samples == 1
        ? Double.POSITIVE_INFINITY
        : Double.isNaN(mean) ? Double.NaN : Math.sqrt(variance / (samples - 1));
  }

  /** The loss of the input 0, which sparse data mostly is: Σ Iᵢ ReLU(bᵢ)². */
  private double emptyLoss() {
    double loss = 0;
    for (int i = 0; i < n; i++) {
      double y = kind.reluOutput() ? Math.max(biases[i], 0) : biases[i];
      loss += importance[i] * y * y;
    }
    return loss;
  }

  /** Adds samples without an active feature, one by one: version 0.1 fixed the order of sums. */
  void addEmpty(int count) {
    for (int s = 0; s < count; s++) {
      block += emptyLoss;
    }
    squares += count * emptyLoss * emptyLoss;
  }

  void endBlock() {
    sum += block;
    block = 0;
  }

  /** Adds samples, (features, samples), of which the first {@code count} are given. */
  void addTile(double[][] x, int count) {
    for (int j = 0; j < m; j++) {
      Arrays.fill(h[j], 0);
      for (int i = 0; i < n; i++) {
        addScaled(encoder[i * m + j], x[i], h[j]);
      }
      if (kind.reluHidden()) {
        rectify(h[j]);
      }
    }
    Arrays.fill(losses, 0);
    double loss = 0;
    for (int i = 0; i < n; i++) {
      Arrays.fill(pre, biases[i]);
      for (int j = 0; j < m; j++) {
        addScaled(decoder[i * m + j], h[j], pre);
      }
      if (kind.reluOutput()) {
        rectify(pre);
      }
      loss += importance[i] * addErrors(importance[i], x[i], count);
    }
    block += loss;
    for (int s = 0; s < count; s++) {
      squares += losses[s] * losses[s];
    }
  }

  /** Adds one feature's part to the loss of each sample; returns Σ (t − y)² over the samples. */
  private double addErrors(double weight, double[] x, int count) {
    double sumOfSquares = 0;
    for (int s = 0; s < count; s++) {
      double target = kind.targetsAbsoluteValue() ? Math.abs(x[s]) : x[s];
      double square = (target - pre[s]) * (target - pre[s]);
      sumOfSquares += square;
      losses[s] += weight * square;
    }
    return sumOfSquares;
  }

  private static void addScaled(double factor, double[] from, double[] to) {
    for (int s = 0; s < HeldOutLoss.TILE; s++) {
      to[s] += factor * from[s];
    }
  }

  private static void rectify(double[] values) {
    for (int s = 0; s < HeldOutLoss.TILE; s++) {
      values[s] = Math.max(values[s], 0);
    }
  }
}
