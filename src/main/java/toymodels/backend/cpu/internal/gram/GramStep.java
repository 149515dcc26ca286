package toymodels.backend.cpu.internal.gram;

import toymodels.data.Task;

/** One step's loss and gradient of a model in Gram form, by one of the sparse estimators. */
interface GramStep {
  /** Trains for this task from now on. */
  void use(Task task);

  /**
   * Takes the gradient of the model whose weights stand in the sums, and leaves it there.
   *
   * @return the loss, the mean over features
   */
  float gradient(long key, int step);
}
