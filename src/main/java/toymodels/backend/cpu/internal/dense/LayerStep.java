package toymodels.backend.cpu.internal.dense;

import toymodels.data.Task;

/** One step's loss and gradient of a model, every sample through its layers and back. */
public interface LayerStep {
  /** Trains for this task from now on. */
  void use(Task task);

  /**
   * Takes one gradient.
   *
   * @param key the model's key
   * @param step the step, from 0
   * @param model its parameters
   * @param gradient receives the gradient
   * @return the mean loss over batch and features
   */
  float gradient(long key, int step, Parameters model, Parameters gradient);
}
