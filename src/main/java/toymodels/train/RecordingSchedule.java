package toymodels.train;

import java.util.TreeSet;

/**
 * How much of the training is kept: the first and the last step, and steps between them spaced
 * evenly in the logarithm.
 *
 * @param keyframes snapshots of all parameters, 0 or at least 2
 * @param losses rows of the loss curve, 0 or at least 2
 */
public record RecordingSchedule(int keyframes, int losses) {
  public static final RecordingSchedule NOTHING = new RecordingSchedule(0, 0);

  public RecordingSchedule {
    if (keyframes < 0 || keyframes == 1 || losses < 0 || losses == 1) {
      throw new IllegalArgumentException(
          "a recording of %d keyframes and %d losses, allowed are 0 or at least 2 of each"
              .formatted(keyframes, losses));
    }
  }

  /**
   * At most {@code count} distinct steps from {@code first} to {@code last}, both included, evenly
   * spaced in log(1 + step − first).
   */
  static int[] steps(int count, int first, int last) {
    TreeSet<Integer> steps = new TreeSet<>();
    double span = StrictMath.log(1.0 + last - first);
    for (int i = 0; i < count; i++) {
      steps.add(first + (int) Math.round(StrictMath.expm1(span * i / (count - 1))));
    }
    return steps.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Steps after which parameters are kept. */
  public int[] keyframeSteps(int steps) {
    return steps(keyframes, 0, steps);
  }

  /** Steps after which losses are kept; the first loss is known after one step. */
  public int[] lossSteps(int steps) {
    return steps(losses, 1, steps);
  }
}
