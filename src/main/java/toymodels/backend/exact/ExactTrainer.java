package toymodels.backend.exact;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import toymodels.model.ModelBatch;
import toymodels.train.Adam;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Divergence;
import toymodels.train.InMemoryTrainer;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/**
 * Trains by the gradient of {@link ExpectedLoss}, the mean over all inputs instead of a batch: what
 * sampled training would do without noise. For linear and ReLU-output models of few features.
 *
 * <p>The gradient is taken in double and rounded once; parameters, moments and the update are those
 * of docs/arithmetic.md, section 4. It runs on the host whatever the backend, so that all backends
 * give the same bits. {@link #losses} are exact too. The plan's batch and micro-batches mean
 * nothing here.
 */
public final class ExactTrainer extends InMemoryTrainer {
  /** The host, on all its processors, whichever backend was asked. */
  public static final Backend.TrainedBy TRAINED_BY =
      new Backend.TrainedBy("cpu", "exact gradients in double on the host's processors");

  private final Study study;
  private final ExpectedLoss[] losses;

  /**
   * Starts from initial weights or a checkpoint.
   *
   * @throws IllegalArgumentException if {@link ExpectedLoss#of} refuses a task of the range
   */
  public ExactTrainer(Study study, ModelSlice range, Optional<Checkpoint> from) {
    super(study, range, from);
    this.study = study;
    losses = new ExpectedLoss[range.count()];
    Arrays.setAll(losses, k -> ExpectedLoss.of(study.shape(), study.task(range.first() + k)));
  }

  @Override
  protected void advance(Checkpoint state, int steps) {
    IntStream.range(0, losses.length).parallel().forEach(k -> advance(state, k, steps));
  }

  private void advance(Checkpoint state, int k, int steps) {
    int w = study.shape().weights();
    int n = study.shape().features();
    double[] weights = new double[w];
    double[] biases = new double[n];
    double[] dWeights = new double[w];
    double[] dBiases = new double[n];
    for (int i = 0; i < steps && state.divergedAt()[k] == Checkpoint.NOT_DIVERGED; i++) {
      int step = state.step() + i;
      read(state.weights().encoder(), k * w, weights);
      read(state.weights().biases(), k * n, biases);
      double loss = losses[k].lossAndGradient(weights, biases, dWeights, dBiases);
      state.losses()[k] = (float) (loss / n);
      Adam.Update update = study.plan().adam().update(step, study.plan().learningRate(step));
      ModelBatch m = state.firstMoments();
      ModelBatch v = state.secondMoments();
      move(update, state.weights().encoder(), m.encoder(), v.encoder(), k * w, dWeights);
      move(update, state.weights().biases(), m.biases(), v.biases(), k * n, dBiases);
      if (Divergence.testedAfter(step + 1, study.plan())
          && Divergence.diverged(state.weights(), m, v, k)) {
        state.divergedAt()[k] = step + 1;
      }
    }
  }

  private static void read(float[] from, int at, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = from[at + i];
    }
  }

  /** Adam over one model's numbers; the loss trained on is the mean over features. */
  private void move(Adam.Update u, float[] p, float[] m, float[] v, int at, double[] gradient) {
    int n = study.shape().features();
    for (int i = 0; i < gradient.length; i++) {
      int j = at + i;
      float g = (float) (gradient[i] / n);
      m[j] = Math.fma(u.beta1(), m[j], u.oneMinusBeta1() * g);
      v[j] = Math.fma(u.beta2(), v[j], u.oneMinusBeta2() * g * g);
      float root = (float) Math.sqrt(v[j]) / u.rootCorrection() + u.epsilon();
      p[j] = p[j] * u.decay() - u.rate() * m[j] / root;
    }
  }
}
