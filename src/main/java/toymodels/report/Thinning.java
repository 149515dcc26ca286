package toymodels.report;

import java.util.Arrays;

/**
 * A long curve with as few points as show the same line: of each run of neighbours the one that
 * spans the largest triangle with the point kept before it and the mean of the next run (largest
 * triangle three buckets, Steinarsson 2013), in the scale that it is drawn in.
 */
final class Thinning {
  /** More than the pixels that a curve usually crosses would show nothing. */
  static final int MOST = 400;

  private static final int LEAST = 60;
  private static final int TOGETHER = 20_000;

  private final double[] x;
  private final double[] y;

  private final int most;

  private Thinning(double[] x, double[] y, int most) {
    this.x = x;
    this.y = y;
    this.most = most;
  }

  /** Points to keep of each of some curves in one chart, so that the page stays small. */
  static int each(int curves) {
    return Math.max(LEAST, Math.min(MOST, TOGETHER / Math.max(1, curves)));
  }

  /** The curve with at most the given number of points, at least three. */
  static XyChart.Series of(XyChart.Series series, boolean logX, boolean logY, int most) {
    if (series.x().length <= most) {
      return series;
    }
    int[] kept = new Thinning(scaled(series.x(), logX), scaled(series.y(), logY), most).kept();
    return new XyChart.Series(
        series.name(),
        series.mark(),
        Arrays.stream(kept).mapToDouble(i -> series.x()[i]).toArray(),
        Arrays.stream(kept).mapToDouble(i -> series.y()[i]).toArray());
  }

  private static double[] scaled(double[] values, boolean log) {
    return log ? Arrays.stream(values).map(Math::log).toArray() : values;
  }

  private int[] kept() {
    int[] kept = new int[most];
    double run = (x.length - 2.0) / (most - 2);
    for (int k = 1; k < most - 1; k++) {
      int from = 1 + (int) ((k - 1) * run);
      int to = 1 + (int) (k * run);
      int end = k == most - 2 ? x.length : 1 + (int) ((k + 1) * run);
      kept[k] = largest(kept[k - 1], from, to, mean(x, to, end), mean(y, to, end));
    }
    kept[most - 1] = x.length - 1;
    return kept;
  }

  private int largest(int before, int from, int to, double nextX, double nextY) {
    int best = from;
    double most = -1;
    for (int i = from; i < to; i++) {
      double area =
          Math.abs(
              (x[before] - nextX) * (y[i] - y[before]) - (x[before] - x[i]) * (nextY - y[before]));
      if (area > most) {
        most = area;
        best = i;
      }
    }
    return best;
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElse(values[values.length - 1]);
  }
}
