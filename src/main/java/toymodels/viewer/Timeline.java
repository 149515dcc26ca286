package toymodels.viewer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The course of training so far.
 *
 * @param steps at which the loss was taken, ascending, (points)
 * @param losses mean over models of the notebook's loss, (points)
 * @param keyframes steps at which all parameters were kept, ascending
 * @param last the last step there will be
 */
public record Timeline(int[] steps, float[] losses, int[] keyframes, int last) {
  /** Nothing is known but what is on the screen. */
  public static final Timeline NONE = new Timeline(new int[0], new float[0], new int[0], 0);

  /** A fall of the loss counts as a jump when it is this many times the median fall. */
  private static final double SUDDEN = 6;

  /** Most jumps that are marked. */
  private static final int MOST = 8;

  /** The latest keyframe at or before a step, or 0 if it is before all. */
  int keyframeAt(int step) {
    int frame = 0;
    while (frame + 1 < keyframes.length && keyframes[frame + 1] <= step) {
      frame++;
    }
    return frame;
  }

  /** Steps at which the loss fell suddenly: the energy levels of the paper. */
  List<Integer> jumps() {
    List<Integer> jumps = new ArrayList<>();
    int points = losses.length;
    if (points < 12) {
      return jumps;
    }
    double[] falls = new double[points];
    for (int i = 1; i < points; i++) {
      double span = Math.log1p(steps[i]) - Math.log1p(steps[i - 1]);
      falls[i] = span <= 0 ? 0 : (Math.log(losses[i - 1]) - Math.log(losses[i])) / span;
    }
    double[] sorted = Arrays.stream(falls).map(Math::abs).sorted().toArray();
    double threshold = Math.max(SUDDEN * sorted[points / 2], 0.5);
    for (int i = 2; i + 1 < points && jumps.size() < MOST; i++) {
      if (falls[i] > threshold && isPeak(falls, i)) {
        jumps.add(steps[i]);
      }
    }
    return jumps;
  }

  /** Whether nothing within a few points fell faster. */
  private static boolean isPeak(double[] falls, int at) {
    int reach = Math.max(2, falls.length / 40);
    for (int i = Math.max(1, at - reach); i < Math.min(falls.length, at + reach + 1); i++) {
      if (falls[i] > falls[at] || falls[i] == falls[at] && i < at) {
        return false;
      }
    }
    return true;
  }
}
