package toymodels.report;

import java.util.ArrayList;
import java.util.List;

/** A logarithmic axis: the range [low, high] of values on the pixels [start, end]. */
record LogAxis(double low, double high, double start, double end) {
  /**
   * The axis on which each of some ascending or descending log-spaced values owns an equal part.
   */
  static LogAxis over(double[] values, double start, double end) {
    double first = values[0];
    double last = values[values.length - 1];
    double low = Math.min(first, last);
    double high = Math.max(first, last);
    if (!(low > 0)) {
      throw new IllegalArgumentException(
          "a logarithmic axis from %s to %s: values must be positive".formatted(low, high));
    }
    double half = values.length > 1 ? Math.pow(high / low, .5 / (values.length - 1)) : Math.sqrt(2);
    return new LogAxis(low / half, high * half, start, end);
  }

  double at(double value) {
    return start + (end - start) * Math.log(value / low) / Math.log(high / low);
  }

  boolean covers(double value) {
    return low <= value && value <= high;
  }

  /** Values to name: 1, 2 and 5 of each decade, or powers of ten alone when there are many. */
  List<Double> ticks() {
    double decades = Math.log10(high / low);
    int[] steps = decades > 2.5 ? new int[] {1} : new int[] {1, 2, 5};
    List<Double> ticks = new ArrayList<>();
    for (int e = (int) Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
      for (int step : steps) {
        double tick = e < 0 ? step / Math.pow(10, -e) : step * Math.pow(10, e);
        if (covers(tick)) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }
}
