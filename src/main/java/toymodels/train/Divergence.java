package toymodels.train;

import toymodels.model.ModelBatch;

/**
 * When models are looked at for numbers that are not finite: after every 100th step and after the
 * last, whatever the sizes of {@link Trainer#advance} were, so that all backends freeze a model at
 * the same step. Parameters and moments are tested, never the loss alone: a ReLU hides a NaN.
 */
public final class Divergence {
  public static final int INTERVAL = 100;

  private Divergence() {}

  /** Whether models are tested once {@code stepsTaken} steps of the plan are done. */
  public static boolean testedAfter(int stepsTaken, TrainingPlan plan) {
    return stepsTaken % INTERVAL == 0 || stepsTaken == plan.steps();
  }

  /** Whether a model has left the finite numbers. */
  public static boolean diverged(ModelBatch weights, ModelBatch m, ModelBatch v, int model) {
    return !(weights.isFinite(model) && m.isFinite(model) && v.isFinite(model));
  }
}
