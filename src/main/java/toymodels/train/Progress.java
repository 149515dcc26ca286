package toymodels.train;

import java.time.Duration;

/** Receives how far a run is. */
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

  /** Hears about how long all that follows training will take, as measured before. */
  default void expect(Duration afterTraining) {}

  /**
   * Called while something else than training is done.
   *
   * @param doing what, such as "measuring models on held-out samples"
   * @param done parts done
   * @param total parts in all
   */
  default void working(String doing, long done, long total) {}
}
