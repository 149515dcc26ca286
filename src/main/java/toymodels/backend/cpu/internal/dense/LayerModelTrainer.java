package toymodels.backend.cpu.internal.dense;

import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/** Takes steps of one model at a time, every sample through its layers and back. */
public final class LayerModelTrainer implements ModelTrainer {
  private final Study study;
  private final ModelSlice range;
  private final LayerStep step;
  private final ModelState model;
  private int task = -1;

  public LayerModelTrainer(Kernels kernels, LayerStep step, Study study, ModelSlice range) {
    this.study = study;
    this.range = range;
    this.step = step;
    model = new ModelState(kernels, study.shape(), study.plan());
  }

  @Override
  public void advance(Checkpoint state, int k, int from, Adam.Update[] updates) {
    if (state.divergedAt()[k] != Checkpoint.NOT_DIVERGED) {
      return;
    }
    model.load(state, k);
    int id = range.first() + k;
    if (study.taskIndex(id) != task) {
      task = study.taskIndex(id);
      step.use(study.task(id));
    }
    long key = study.key(id);
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
