package toymodels.interop;

import java.util.Arrays;
import toymodels.viewer.Timeline;

/** The mean loss at some steps of a training, thinned as it grows. */
final class ThinnedLossCurve {
  /** More points than this are thinned: a screen has fewer columns. */
  private static final int MOST = 2_000;

  private int[] steps = new int[MOST + 1];
  private float[] means = new float[MOST + 1];
  private int count;
  private int apart = 1;

  /**
   * Keeps the mean of the models' losses if the last kept point is far enough back.
   *
   * @param losses (models)
   * @param always keeps it in any case
   * @return whether it was kept
   */
  boolean add(int step, float[] losses, boolean always) {
    int last = count == 0 ? 0 : steps[count - 1];
    if (step <= last || step < last + apart && !always) {
      return false;
    }
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    steps[count] = step;
    means[count++] = (float) (sum / losses.length);
    if (count > MOST) {
      thin(step);
    }
    return true;
  }

  /** Drops every second of the later points. */
  private void thin(int step) {
    int kept = MOST / 4;
    for (int i = kept; i < count; i += 2) {
      steps[kept] = steps[i];
      means[kept++] = means[i];
    }
    count = kept;
    apart = Math.max(1, step / (MOST / 2));
  }

  /** Drops points after a step. */
  void forgetAfter(int step) {
    while (count > 0 && steps[count - 1] > step) {
      count--;
    }
  }

  Timeline timeline(int[] keyframes, int last) {
    return new Timeline(Arrays.copyOf(steps, count), Arrays.copyOf(means, count), keyframes, last);
  }
}
