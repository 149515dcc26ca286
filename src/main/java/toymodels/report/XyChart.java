package toymodels.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Curves and points over two axes, such as loss curves, D* against 1/p, or a scatter of Dᵢ. */
public record XyChart(String title, String caption, Axis x, Axis y, List<Series> series)
    implements Figure {
  public XyChart {
    series = List.copyOf(series);
  }

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

  /** An element that {@code charts.js} fills: axes, and the points of each series. */
  @Override
  public String html() {
    ObjectNode figure = JsonNodeFactory.instance.objectNode();
    figure.putObject("x").put("label", x.label).put("log", x.log);
    figure.putObject("y").put("label", y.label).put("log", y.log);
    ArrayNode all = figure.putArray("series");
    int most = Thinning.each(series.size());
    for (Series one : series) {
      Series drawn = one.mark == Mark.POINTS ? one : Thinning.of(one, x.log, y.log, most);
      ObjectNode node = all.addObject().put("name", one.name).put("mark", one.mark.name());
      numbers(node.putArray("x"), drawn.x);
      numbers(node.putArray("y"), drawn.y);
    }
    return "<div class=\"chart\">%s<div class=\"canvas\" role=\"img\" aria-label=\"%s\"></div></div>%n"
        .formatted(Html.data(figure), Html.escape(description()));
  }

  private String description() {
    List<String> names = series.stream().limit(12).map(Series::name).toList();
    return "%s. Across: %s. Up: %s. Series: %s."
        .formatted(title, x.label, y.label, String.join(", ", names));
  }

  private static void numbers(ArrayNode array, double[] values) {
    for (double value : values) {
      array.add(Html.number(value));
    }
  }

  @Override
  public Optional<String> svg() {
    return Optional.of(XyChartSvg.draw(this).svg());
  }
}
