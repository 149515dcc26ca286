package toymodels.train;

import toymodels.model.ModelBatch;

/** Models of one study, being trained. Used by one thread at a time. */
public interface Trainer extends AutoCloseable {
  /**
   * Takes optimiser steps on every model. The result does not depend on how steps are divided among
   * calls.
   *
   * @throws IllegalArgumentException if that would pass the plan's last step
   */
  void advance(int steps);

  int stepsTaken();

  /**
   * The notebook's loss of each model over its last batch, before that step's update, (models): the
   * mean over batch and features of Iᵢ (xᵢ − x'ᵢ)². 0 before the first step. The stratified and the
   * exact estimator draw no batch: theirs is the expected loss, estimated or exact.
   */
  float[] losses();

  /** A copy of the parameters on the host. */
  ModelBatch snapshot();

  /** A copy of all state on the host. */
  Checkpoint checkpoint();

  @Override
  void close();

  /**
   * Fails unless {@code steps} more steps after {@code taken} stay within the plan.
   *
   * @throws IllegalArgumentException if they do not
   */
  static void requireWithinPlan(int taken, int steps, TrainingPlan plan) {
    if (steps < 0 || steps > plan.steps() - taken) {
      throw new IllegalArgumentException(
          "advance(%d) after %d of %d steps, allowed is 0 to %d"
              .formatted(steps, taken, plan.steps(), plan.steps() - taken));
    }
  }
}
