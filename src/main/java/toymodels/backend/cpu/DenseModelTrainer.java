package toymodels.backend.cpu;

import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.ModelRange;
import toymodels.train.Study;

/** Takes steps of one model at a time on whole batches. */
final class DenseModelTrainer implements ModelTrainer {
  private final Study study;
  private final ModelRange range;
  private final DenseStep step;
  private final TrainedModel model;

  DenseModelTrainer(Kernels kernels, Study study, ModelRange range) {
    this.study = study;
    this.range = range;
    step = new DenseStep(kernels, study.shape(), study.plan());
    model = new TrainedModel(kernels, study.shape(), study.plan());
  }

  @Override
  public void advance(Checkpoint state, int k, int from, Adam.Update[] updates) {
    if (state.divergedAt()[k] != Checkpoint.NOT_DIVERGED) {
      return;
    }
    model.load(state, k);
    Task task = study.task(range.first() + k);
    step.use(new Inputs(task.inputs()), task.importance());
    long key = study.key(range.first() + k);
    for (int i = 0; i < updates.length; i++) {
      state.losses()[k] = step.gradient(key, from + i, model.weights(), model.gradient());
      model.move(updates[i], 0, study.shape().features());
      if (model.divergedAfter(from + i + 1, state, k)) {
        return;
      }
    }
    model.store(state, k);
  }
}
