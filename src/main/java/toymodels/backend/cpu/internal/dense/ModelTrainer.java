package toymodels.backend.cpu.internal.dense;

import toymodels.train.Adam;
import toymodels.train.Checkpoint;

/** Takes steps of one model at a time, with the buffers of one thread. */
public interface ModelTrainer {
  /**
   * Advances model k of the range unless it has diverged.
   *
   * @param state where the model is read and written
   * @param from steps taken
   * @param updates the optimiser's numbers for each step to take
   */
  void advance(Checkpoint state, int k, int from, Adam.Update[] updates);
}
