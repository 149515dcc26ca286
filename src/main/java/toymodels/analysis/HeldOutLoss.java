package toymodels.analysis;

import java.util.Arrays;
import java.util.stream.IntStream;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.train.ModelRange;
import toymodels.train.Study;

/**
 * The loss that results are compared by: E Σᵢ Iᵢ (tᵢ − x'ᵢ)², the sum over features, on samples
 * that training never sees; t = x, or |x| where the kind says so. The notebook's loss is this over
 * n.
 *
 * <p>Samples are {@link Inputs#drawHeldOut} in blocks of {@value #BLOCK} under the model's own key;
 * all arithmetic is double, from the float weights. Models are measured in parallel, each by one
 * thread in one order, so the result does not depend on the number of threads.
 */
public final class HeldOutLoss {
  /** How many samples decide a check. */
  public static final int SAMPLES = 1 << 17;

  /** Samples drawn at a time. */
  public static final int BLOCK = 1024;

  /** Samples computed at a time: their hidden vectors stay in the nearest cache. */
  private static final int TILE = 128;

  private HeldOutLoss() {}

  /** The held-out loss of every model of a study, over {@link #SAMPLES} samples, (models). */
  public static double[] of(Study study, ModelBatch batch) {
    return of(study, ModelRange.all(study), batch, SAMPLES);
  }

  /**
   * The held-out loss of the models of a range.
   *
   * @param batch the parameters of exactly these models
   * @param samples how many samples, at least 1
   * @return sums over features, (models)
   * @throws IllegalArgumentException if the batch is not of these models, or there is no sample
   */
  public static double[] of(Study study, ModelRange range, ModelBatch batch, int samples) {
    if (!batch.shape().equals(study.shape()) || batch.models() != range.count() || samples < 1) {
      throw new IllegalArgumentException(
          "the held-out loss of %d models of %s over %d samples, asked for %d models of %s: both"
                  .formatted(batch.models(), batch.shape(), samples, range.count(), study.shape())
              + " must agree, and at least one sample is needed");
    }
    return IntStream.range(0, range.count())
        .parallel()
        .mapToDouble(
            k -> {
              int id = range.first() + k;
              return new Measurement(batch, k, study.task(id)).loss(study.key(id), samples);
            })
        .toArray();
  }

  /**
   * One model's weights in double and the buffers of one thread: x is (features, samples), h
   * (hidden, samples). Each row is an array of its own, read and written at one index, since only
   * then does the compiler see that they do not overlap, and emits vector instructions.
   */
  private static final class Measurement {
    private final ModelKind kind;
    private final int n;
    private final int m;
    private final Inputs inputs;
    private final double[] importance;
    private final double[] encoder;
    private final double[] decoder;
    private final double[] biases;
    private final double[][] x;
    private final double[][] h;
    private final double[] pre = new double[TILE];

    Measurement(ModelBatch batch, int model, Task task) {
      kind = batch.shape().kind();
      n = batch.shape().features();
      m = batch.shape().hidden();
      inputs = new Inputs(task.inputs());
      importance = task.importance().values();
      encoder = widened(batch.encoder(), model * n * m, n * m);
      decoder = kind.tied() ? encoder : widened(batch.decoder(), model * n * m, n * m);
      biases = widened(batch.biases(), model * n, n);
      x = new double[n][TILE];
      h = new double[m][TILE];
    }

    private static double[] widened(float[] values, int from, int count) {
      double[] wide = new double[count];
      for (int i = 0; i < count; i++) {
        wide[i] = values[from + i];
      }
      return wide;
    }

    double loss(long key, int samples) {
      float[] drawn = new float[BLOCK * n];
      double emptyLoss = emptyLoss();
      double sum = 0;
      for (int done = 0; done < samples; done += BLOCK) {
        int count = Math.min(BLOCK, samples - done);
        inputs.drawHeldOut(key, done / BLOCK, count, drawn);
        int filled = 0;
        double block = 0;
        for (int s = 0; s < count; s++) {
          if (isEmpty(drawn, s)) {
            block += emptyLoss;
          } else {
            for (int i = 0; i < n; i++) {
              x[i][filled] = drawn[s * n + i];
            }
            filled++;
          }
          if (filled == TILE || s == count - 1 && filled > 0) {
            block += tileLoss(filled);
            filled = 0;
          }
        }
        sum += block;
      }
      return sum / samples;
    }

    private boolean isEmpty(float[] drawn, int sample) {
      for (int i = sample * n; i < sample * n + n; i++) {
        if (drawn[i] != 0) {
          return false;
        }
      }
      return true;
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

    private double tileLoss(int count) {
      for (int j = 0; j < m; j++) {
        Arrays.fill(h[j], 0);
        for (int i = 0; i < n; i++) {
          addScaled(encoder[i * m + j], x[i], h[j]);
        }
        if (kind.reluHidden()) {
          rectify(h[j]);
        }
      }
      double loss = 0;
      for (int i = 0; i < n; i++) {
        Arrays.fill(pre, biases[i]);
        for (int j = 0; j < m; j++) {
          addScaled(decoder[i * m + j], h[j], pre);
        }
        if (kind.reluOutput()) {
          rectify(pre);
        }
        double squares = 0;
        for (int s = 0; s < count; s++) {
          double target = kind.targetsAbsoluteValue() ? Math.abs(x[i][s]) : x[i][s];
          squares += (target - pre[s]) * (target - pre[s]);
        }
        loss += importance[i] * squares;
      }
      return loss;
    }

    private static void addScaled(double factor, double[] from, double[] to) {
      for (int s = 0; s < TILE; s++) {
        to[s] += factor * from[s];
      }
    }

    private static void rectify(double[] values) {
      for (int s = 0; s < TILE; s++) {
        values[s] = Math.max(values[s], 0);
      }
    }
  }
}
