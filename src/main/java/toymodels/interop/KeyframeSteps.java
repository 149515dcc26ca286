package toymodels.interop;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Steps at which all parameters are kept, spaced evenly in the logarithm. */
final class KeyframeSteps {
  private final int[] steps;
  private final int last;

  /**
   * @param count how many at most, at least 2
   * @param last the last step of training, which is one
   */
  KeyframeSteps(int count, int last) {
    this.last = last;
    double span = StrictMath.log1p(last);
    steps =
        IntStream.range(0, count)
            .map(i -> (int) Math.round(StrictMath.expm1(span * i / (count - 1))))
            .distinct()
            .toArray();
  }

  boolean contains(int step) {
    return Arrays.binarySearch(steps, step) >= 0;
  }

  /** The next one after a step, or the last step. */
  int after(int step) {
    int at = Arrays.binarySearch(steps, step + 1);
    int next = at >= 0 ? at : -at - 1;
    return next < steps.length ? steps[next] : last;
  }
}
