package toymodels.report;

import java.util.ArrayList;
import java.util.List;

/** One axis of a drawing: the range [low, high] of values on the pixels [start, end]. */
record AxisScale(double low, double high, double start, double end, boolean log) {
  private static final int ABOUT = 6;
  private static final double MARGIN = .03;

  /**
   * The axis on which each of some ascending or descending log-spaced values owns an equal part.
   */
  static AxisScale ofCells(double[] values, double start, double end) {
    double first = values[0];
    double last = values[values.length - 1];
    double low = Math.min(first, last);
    double high = Math.max(first, last);
    if (!(low > 0)) {
      throw new IllegalArgumentException(
          "a logarithmic axis from %s to %s: values must be positive".formatted(low, high));
    }
    double half = values.length > 1 ? Math.pow(high / low, .5 / (values.length - 1)) : Math.sqrt(2);
    return new AxisScale(low / half, high * half, start, end, true);
  }

  /**
   * The axis over a range with a little room at both ends; a linear one near zero starts at zero.
   */
  static AxisScale over(double low, double high, double start, double end, boolean log) {
    if (log) {
      double room = high > low ? Math.pow(high / low, MARGIN) : 2;
      return new AxisScale(low / room, high * room, start, end, true);
    }
    double room = high > low ? MARGIN * (high - low) : Math.max(1, Math.abs(high));
    double from = low >= 0 && low < .25 * high ? 0 : low - room;
    return new AxisScale(from, high + room, start, end, false);
  }

  double at(double value) {
    double part = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return start + (end - start) * part;
  }

  boolean covers(double value) {
    return low <= value && value <= high;
  }

  /** Values to name: on a logarithmic axis 1, 2 and 5 of each decade, or powers of ten of many. */
  List<Double> ticks() {
    return log ? logarithmic() : linear();
  }

  private List<Double> logarithmic() {
    int[] steps = Math.log10(high / low) > 2.5 ? new int[] {1} : new int[] {1, 2, 5};
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

  private List<Double> linear() {
    double rough = (high - low) / ABOUT;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step =
        power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (long k = (long) Math.ceil(low / step); k * step <= high; k++) {
      ticks.add(k * step);
    }
    return ticks;
  }
}
