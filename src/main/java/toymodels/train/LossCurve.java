package toymodels.train;

/**
 * The notebook's loss of every model at some steps (mean over batch and features).
 *
 * @param steps steps taken at each point, ascending, (points)
 * @param losses loss of each model at each point, (points, models)
 */
public record LossCurve(int[] steps, float[][] losses) {
  public LossCurve {
    if (steps.length != losses.length) {
      throw new IllegalArgumentException(
          "a loss curve of %d steps and %d rows".formatted(steps.length, losses.length));
    }
  }
}
