package toymodels.report;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Draws an {@link XyChart} as a still picture; in a page, {@code charts.js} draws it. */
final class XyChartSvg {
  private static final double LEFT = 64;
  private static final double WIDTH = 560;
  private static final double HEIGHT = 330;
  private static final double BOTTOM = 48;
  private static final double LEGEND_ROW = 18;
  private static final int COLOURS = 7;
  private static final int MOST_IN_LEGEND = 14;
  private static final int CROWD = 300;
  private static final List<String> DASHES = List.of("", "7 3", "2 3", "9 3 2 3");

  private final XyChart figure;
  private final double top;
  private final AxisScale across;
  private final AxisScale up;

  private XyChartSvg(XyChart figure) {
    this.figure = figure;
    top = 30 + LEGEND_ROW * (many() ? 0 : figure.series().size());
    across = axis(figure.x(), XyChart.Series::x, LEFT, LEFT + WIDTH);
    up = axis(figure.y(), XyChart.Series::y, top + HEIGHT, top);
  }

  static PanelFigure draw(XyChart figure) {
    return new PanelFigure(List.of(new XyChartSvg(figure).drawn()), Optional.empty());
  }

  private boolean many() {
    return figure.series().size() > MOST_IN_LEGEND;
  }

  private AxisScale axis(
      XyChart.Axis axis, Function<XyChart.Series, double[]> values, double start, double end) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (XyChart.Series series : figure.series()) {
      for (double value : values.apply(series)) {
        if (!Double.isNaN(value) && !Double.isInfinite(value) && (!axis.log() || value > 0)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    return low > high
        ? AxisScale.over(1, 2, start, end, axis.log())
        : AxisScale.over(low, high, start, end, axis.log());
  }

  private SvgCanvas drawn() {
    SvgCanvas svg = new SvgCanvas(LEFT + WIDTH + 20, top + HEIGHT + BOTTOM, figure.title());
    for (double tick : across.ticks()) {
      double x = across.at(tick);
      svg.line(x, top, x, top + HEIGHT, "stroke", "var(--rule)");
      svg.text(
          x,
          top + HEIGHT + 17,
          "middle",
          NumberFormat.typeset(NumberFormat.plain(tick)),
          "fill",
          "var(--soft)");
    }
    for (double tick : up.ticks()) {
      double y = up.at(tick);
      svg.line(LEFT, y, LEFT + WIDTH, y, "stroke", "var(--rule)");
      svg.text(
          LEFT - 7,
          y + 4,
          "end",
          NumberFormat.typeset(NumberFormat.plain(tick)),
          "fill",
          "var(--soft)");
    }
    svg.rect(LEFT, top, WIDTH, HEIGHT, "fill", "none", "stroke", "var(--faint)");
    svg.text(
        LEFT + WIDTH / 2, top + HEIGHT + 38, "middle", figure.x().label(), "fill", "var(--ink)");
    svg.text(LEFT, top - 9, "start", figure.y().label(), "fill", "var(--ink)");
    for (int s = 0; s < figure.series().size(); s++) {
      series(svg, figure.series().get(s), s);
    }
    return svg;
  }

  private void series(SvgCanvas svg, XyChart.Series series, int index) {
    String colour = "var(--c" + index % COLOURS + ")";
    boolean points = series.mark() == XyChart.Mark.POINTS;
    String dash =
        series.mark() == XyChart.Mark.DASHED ? "6 4" : DASHES.get(index / 3 % DASHES.size());
    if (!many()) {
      double y = 12 + LEGEND_ROW * index;
      if (points) {
        svg.circle(LEFT + 14, y - 4, 3.5, "fill", colour);
      } else {
        svg.line(
            LEFT,
            y - 4,
            LEFT + 28,
            y - 4,
            "stroke",
            colour,
            "stroke-width",
            2,
            "stroke-dasharray",
            dash);
      }
      svg.text(LEFT + 36, y, "start", series.name(), "fill", "var(--ink)");
    }
    XyChart.Series drawn =
        points
            ? series
            : Thinning.of(series, across.log(), up.log(), Thinning.each(figure.series().size()));
    if (!points) {
      svg.add(
          "path",
          "d",
          path(drawn),
          "fill",
          "none",
          "stroke",
          colour,
          "stroke-linejoin",
          "round",
          "stroke-width",
          many() ? 1 : 1.8,
          "stroke-opacity",
          many() ? .5 : 1,
          "stroke-dasharray",
          dash);
    }
    if (points || series.mark() == XyChart.Mark.LINE_AND_POINTS) {
      boolean crowd = series.x().length > CROWD;
      svg.group("fill", colour, "fill-opacity", crowd ? .5 : 1);
      for (int i = 0; i < drawn.x().length; i++) {
        if (across.covers(drawn.x()[i]) && up.covers(drawn.y()[i])) {
          svg.circle(across.at(drawn.x()[i]), up.at(drawn.y()[i]), crowd ? 1.6 : 3);
        }
      }
      svg.end();
    }
  }

  private String path(XyChart.Series series) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < series.x().length; i++) {
      boolean inside = across.covers(series.x()[i]) && up.covers(series.y()[i]);
      if (inside) {
        String x = SvgCanvas.number(across.at(series.x()[i]));
        String y = SvgCanvas.number(up.at(series.y()[i]));
        if (drawing && series.mark() == XyChart.Mark.STEPS) {
          path.append('H').append(x).append('V').append(y);
        } else {
          path.append(drawing ? 'L' : 'M').append(x).append(' ').append(y);
        }
      }
      drawing = inside;
    }
    return path.toString();
  }
}
