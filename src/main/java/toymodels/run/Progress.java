package toymodels.run;

/** Hears how far training is. */
@FunctionalInterface
public interface Progress {
  /** Nobody listens. */
  Progress NONE = (done, total) -> {};

  /**
   * Called between chunks of steps.
   *
   * @param done model-steps done: steps times models
   * @param total model-steps in all
   */
  void at(long done, long total);
}
