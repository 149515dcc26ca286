package toymodels.backend.cpu.internal.gram;

import java.util.Arrays;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.ModelTrainer;
import toymodels.model.ModelBatch;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.Divergence;
import toymodels.train.GradientEstimator;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/** Takes steps of one model at a time by a sparse estimator, in Gram form. */
public final class GramModelTrainer implements ModelTrainer {
  private final Kernels kernels;
  private final Study study;
  private final ModelSlice range;
  private final GramSums g;
  private final GramStep step;
  private final float[] firstWeights;
  private final float[] firstBiases;
  private final float[] secondWeights;
  private final float[] secondBiases;
  private int task = -1;

  public GramModelTrainer(Kernels kernels, GramKernels gram, Study study, ModelSlice range) {
    this.kernels = kernels;
    this.study = study;
    this.range = range;
    g = new GramSums(study.shape(), gram.lanes());
    step =
        study.plan().estimator() == GradientEstimator.STRATIFIED
            ? new StratifiedStep(gram, g, study.plan())
            : new SparseStep(gram, g, study.plan().batch());
    firstWeights = new float[g.weights.length];
    firstBiases = new float[g.width];
    secondWeights = new float[g.weights.length];
    secondBiases = new float[g.width];
  }

  @Override
  public void advance(Checkpoint state, int k, int from, Adam.Update[] updates) {
    if (state.divergedAt()[k] != Checkpoint.NOT_DIVERGED || updates.length == 0) {
      return;
    }
    // A model that diverged may have left what is not finite in the padding.
    g.clear();
    load(state.weights(), k, g.weights, g.biases);
    load(state.firstMoments(), k, firstWeights, firstBiases);
    load(state.secondMoments(), k, secondWeights, secondBiases);
    int model = range.first() + k;
    if (study.taskIndex(model) != task) {
      task = study.taskIndex(model);
      step.use(study.task(model));
    }
    long key = study.key(model);
    float loss = 0;
    for (int i = 0; i < updates.length; i++) {
      loss = step.gradient(key, from + i);
      Adam.Update u = updates[i];
      kernels.adam(
          u, g.weights, firstWeights, secondWeights, g.weightGradient, 0, g.weights.length);
      kernels.adam(u, g.biases, firstBiases, secondBiases, g.biasGradient, 0, g.width);
      if (Divergence.testedAfter(from + i + 1, study.plan()) && !isFinite()) {
        state.divergedAt()[k] = from + i + 1;
        break;
      }
    }
    state.losses()[k] = loss;
    store(g.weights, g.biases, state.weights(), k);
    store(firstWeights, firstBiases, state.firstMoments(), k);
    store(secondWeights, secondBiases, state.secondMoments(), k);
  }

  private boolean isFinite() {
    return isFinite(g.weights)
        && isFinite(g.biases)
        && isFinite(firstWeights)
        && isFinite(firstBiases)
        && isFinite(secondWeights)
        && isFinite(secondBiases);
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** Turns (features, hidden) into rows of outputs, padded with zeros. */
  private void load(ModelBatch batch, int model, float[] weights, float[] biases) {
    Arrays.fill(weights, 0);
    Arrays.fill(biases, 0);
    int at = model * g.n * g.m;
    for (int i = 0; i < g.n; i++) {
      for (int j = 0; j < g.m; j++) {
        weights[j * g.width + i] = batch.encoder()[at + i * g.m + j];
      }
      biases[i] = batch.biases()[model * g.n + i];
    }
  }

  private void store(float[] weights, float[] biases, ModelBatch batch, int model) {
    int at = model * g.n * g.m;
    for (int i = 0; i < g.n; i++) {
      for (int j = 0; j < g.m; j++) {
        batch.encoder()[at + i * g.m + j] = weights[j * g.width + i];
      }
      batch.biases()[model * g.n + i] = biases[i];
    }
  }
}
