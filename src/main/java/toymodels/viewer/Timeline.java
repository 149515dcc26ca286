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

  /** Nor does a fall of less than this part. */
  private static final double LEAST = 0.1;

  /** Parts of the course in which the loss is averaged before falls are looked for. */
  private static final int BINS = 80;

  /** Most jumps that are marked. */
  private static final int MOST = 8;

  /** The latest keyframe at or before a step, or 0 if it is before all. */
  public int keyframeAt(int step) {
    int frame = 0;
    while (frame + 1 < keyframes.length && keyframes[frame + 1] <= step) {
      frame++;
    }
    return frame;
  }

  /** Steps at which the loss fell suddenly: the energy levels of the paper. */
  public List<Integer> jumps() {
    double[] logs = smooth();
    List<Integer> jumps = new ArrayList<>();
    if (logs.length == 0) {
      return jumps;
    }
    double[] falls = new double[logs.length];
    for (int i = 1; i < falls.length; i++) {
      falls[i] = logs[i - 1] - logs[i];
    }
    double[] sorted = Arrays.stream(falls).map(Math::abs).sorted().toArray();
    double threshold = Math.max(SUDDEN * sorted[falls.length / 2], LEAST);
    for (int i = 1; i < falls.length && jumps.size() < MOST; i++) {
      if (falls[i] > threshold && isPeak(falls, i)) {
        jumps.add((int) Math.round(Math.expm1(Math.log1p(last) * i / BINS)));
      }
    }
    return jumps;
  }

  /** The mean logarithm of the loss in equal parts of the logarithm of the step; none if few. */
  private double[] smooth() {
    double[] sums = new double[BINS];
    int[] counts = new int[BINS];
    for (int i = 0; i < steps.length; i++) {
      int bin = (int) Math.min(BINS - 1, Math.log1p(steps[i]) / Math.log1p(last) * BINS);
      if (losses[i] > 0 && Float.isFinite(losses[i])) {
        sums[bin] += Math.log(losses[i]);
        counts[bin]++;
      }
    }
    double[] smooth = new double[BINS];
    int filled = 0;
    for (int b = 0; b < BINS; b++) {
      if (counts[b] > 0) {
        smooth[filled] = sums[b] / counts[b];
      } else if (filled > 0) {
        smooth[filled] = smooth[filled - 1];
      } else {
        smooth[filled] = Double.NaN;
      }
      filled++;
    }
    double first = Arrays.stream(smooth).filter(v -> !Double.isNaN(v)).findFirst().orElse(0);
    for (int b = 0; b < BINS; b++) {
      smooth[b] = Double.isNaN(smooth[b]) ? first : smooth[b];
    }
    return steps.length < BINS / 4 ? new double[0] : smooth;
  }

  /** Whether nothing within a few parts fell faster. */
  private static boolean isPeak(double[] falls, int at) {
    for (int i = Math.max(1, at - 2); i < Math.min(falls.length, at + 3); i++) {
      if (falls[i] > falls[at] || falls[i] == falls[at] && i < at) {
        return false;
      }
    }
    return true;
  }
}
