package toymodels.backend.cpu;

import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.Divergence;
import toymodels.train.ModelRange;
import toymodels.train.Study;

/** Takes steps of one model at a time on whole batches. */
final class DenseModelTrainer implements ModelTrainer {
  private final Kernels kernels;
  private final Study study;
  private final ModelRange range;
  private final DenseStep step;
  private final Parameters weights;
  private final Parameters first;
  private final Parameters second;
  private final Parameters gradient;

  DenseModelTrainer(Kernels kernels, Study study, ModelRange range) {
    this.kernels = kernels;
    this.study = study;
    this.range = range;
    step = new DenseStep(kernels, study.shape(), study.plan());
    weights = Parameters.of(study.shape());
    first = Parameters.of(study.shape());
    second = Parameters.of(study.shape());
    gradient = Parameters.of(study.shape());
  }

  @Override
  public void advance(Checkpoint state, int k, int from, Adam.Update[] updates) {
    if (state.divergedAt()[k] != Checkpoint.NOT_DIVERGED) {
      return;
    }
    weights.load(state.weights(), k);
    first.load(state.firstMoments(), k);
    second.load(state.secondMoments(), k);
    Task task = study.task(range.first() + k);
    step.use(new Inputs(task.inputs()), task.importance());
    long key = study.key(range.first() + k);
    for (int i = 0; i < updates.length; i++) {
      state.losses()[k] = step.gradient(key, from + i, weights, gradient);
      update(updates[i]);
      if (Divergence.testedAfter(from + i + 1, study.plan())) {
        store(state, k);
        if (Divergence.diverged(state.weights(), state.firstMoments(), state.secondMoments(), k)) {
          state.divergedAt()[k] = from + i + 1;
          return;
        }
      }
    }
    store(state, k);
  }

  private void update(Adam.Update update) {
    move(update, weights.encoder(), first.encoder(), second.encoder(), gradient.encoder());
    if (!weights.tied()) {
      move(update, weights.decoder(), first.decoder(), second.decoder(), gradient.decoder());
    }
    move(update, weights.biases(), first.biases(), second.biases(), gradient.biases());
  }

  private void move(Adam.Update update, float[] p, float[] m, float[] v, float[] g) {
    kernels.adam(update, p, m, v, g, 0, p.length);
  }

  private void store(Checkpoint state, int k) {
    weights.store(state.weights(), k);
    first.store(state.firstMoments(), k);
    second.store(state.secondMoments(), k);
  }
}
