package toymodels.experiment;

import toymodels.train.Adam;
import toymodels.train.Initialization;
import toymodels.train.Schedule;
import toymodels.train.TrainingPlan;

/**
 * Training plans that are not the notebook's: the paper names no optimiser but the notebook's,
 * whose constant small rate needs more steps than most figures do.
 */
final class Plans {
  private Plans() {}

  /** Adam without decay, its rate falling to zero in a straight line. */
  static TrainingPlan linear(int steps, int batch, double rate, double std) {
    return plan(steps, batch, rate, std).withSchedule(Schedule.LINEAR);
  }

  /** Adam without decay, its rate falling to zero along a quarter of a cosine. */
  static TrainingPlan cosine(int steps, int batch, double rate, double std) {
    return plan(steps, batch, rate, std).withSchedule(Schedule.COSINE);
  }

  /** Adam without decay at a constant rate. */
  static TrainingPlan constant(int steps, int batch, double rate, double std) {
    return plan(steps, batch, rate, std).withSchedule(Schedule.CONSTANT);
  }

  private static TrainingPlan plan(int steps, int batch, double rate, double std) {
    return TrainingPlan.notebook()
        .withSteps(steps)
        .withBatch(batch)
        .withAdam(Adam.adam(rate))
        .withInitialization(Initialization.fixed(std));
  }
}
