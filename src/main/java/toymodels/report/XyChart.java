package toymodels.report;

import java.util.List;

/** Curves and points over two axes, such as loss curves, D* against 1/p, or a scatter of Dᵢ. */
public record XyChart(String title, String caption, Axis x, Axis y, List<Series> series)
    implements Figure {
  /** One axis: its label with unit, and whether it is logarithmic. */
  public record Axis(String label, boolean log) {}

  /** How a series is drawn. */
  public enum Mark {
    LINE,
    DASHED,
    POINTS,
    /** A line with a point at each value. */
    LINE_AND_POINTS,
    /** A step function that keeps each value until the next. */
    STEPS
  }

  /** A named run of points, x and y of one length; a y that is not a number leaves a gap. */
  public record Series(String name, Mark mark, double[] x, double[] y) {
    public Series {
      if (x.length != y.length) {
        throw new IllegalArgumentException(
            "series '%s' has %d x and %d y values".formatted(name, x.length, y.length));
      }
    }
  }
}
