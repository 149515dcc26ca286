package toymodels.run.config;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Numbers evenly spaced, by value or by logarithm: {@code { linspace = [0.0, 1.0], count = 5 }},
 * {@code { logspace = [1.0, 0.05], count = 10 }}. Both ends are included.
 */
final class Grid {
  static final String FIX = "write { logspace = [1.0, 0.05], count = 10 }, or linspace";
  private static final int MAX_COUNT = 1_000_000;

  private Grid() {}

  /** The numbers, or null once {@code fault} received what is wrong. */
  static double[] of(Map<?, ?> table, Consumer<String> fault) {
    boolean logarithmic = table.containsKey("logspace");
    String space = logarithmic ? "logspace" : "linspace";
    if (!table.keySet().equals(Set.of(space, "count"))) {
      fault.accept("a grid has the keys count and one of logspace, linspace");
      return null;
    }
    double[] ends = Section.list((Node) table.get(space));
    Object count = ((Node) table.get("count")).value();
    if (ends == null || ends.length != 2 || !finite(ends, logarithmic)) {
      fault.accept(
          space + " needs two finite numbers, its ends" + (logarithmic ? ", both above 0" : ""));
      return null;
    }
    if (!(count instanceof Long n && n >= 2 && n <= MAX_COUNT)) {
      fault.accept("the count of a grid is not an integer from 2 to " + MAX_COUNT);
      return null;
    }
    return logarithmic
        ? logspace(ends[0], ends[1], n.intValue())
        : linspace(ends[0], ends[1], n.intValue());
  }

  private static boolean finite(double[] ends, boolean positive) {
    for (double end : ends) {
      if (!Double.isFinite(end) || positive && end <= 0) {
        return false;
      }
    }
    return true;
  }

  private static double[] linspace(double first, double last, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = first + (last - first) * i / (count - 1);
    }
    values[count - 1] = last;
    return values;
  }

  private static double[] logspace(double first, double last, int count) {
    double[] values = linspace(StrictMath.log(first), StrictMath.log(last), count);
    for (int i = 0; i < count; i++) {
      values[i] = StrictMath.exp(values[i]);
    }
    values[0] = first;
    values[count - 1] = last;
    return values;
  }
}
