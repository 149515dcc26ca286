package toymodels.report;

import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Draws a {@link PhaseMap} over two logarithmic axes: hue from blue to red is superposition,
 * strength of colour is the norm, and the boundaries are told apart by their dashes.
 */
final class PhaseMapSvg {
  private static final double LEFT = 58;
  private static final double TOP = 14;
  private static final double SIDE = 360;
  private static final double BOTTOM = 46;
  private static final double KEY = 210;
  private static final List<String> DASHES = List.of("", "7 4", "2 3", "9 3 2 3", "4 2");
  private static final int SWATCH = 9;
  private static final double SWATCH_WIDTH = 104;

  /** What is not represented is white in either theme, so that a caption can say so. */
  private static final String WHITE = "#fcfbf8";

  private final PhaseMap figure;
  private final AxisScale across;
  private final AxisScale down;

  private PhaseMapSvg(PhaseMap figure) {
    this.figure = figure;
    across = AxisScale.ofCells(figure.x(), LEFT, LEFT + SIDE);
    down = AxisScale.ofCells(figure.y(), TOP + SIDE, TOP);
  }

  static PanelFigure draw(PhaseMap figure) {
    PhaseMapSvg drawer = new PhaseMapSvg(figure);
    return new PanelFigure(List.of(drawer.map()), Optional.of(drawer.key()));
  }

  private SvgCanvas map() {
    SvgCanvas svg = new SvgCanvas(LEFT + SIDE + 14, TOP + SIDE + BOTTOM, figure.title());
    int columns = figure.x().length;
    int[] colours = new int[figure.norms().length];
    byte[] cells = new byte[2 * colours.length];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = ColourScales.phase(figure.norms()[i], figure.superposition()[i]);
      cells[2 * i] = hundredths(figure.norms()[i]);
      cells[2 * i + 1] = hundredths(figure.superposition()[i]);
    }
    svg.rect(LEFT, TOP, SIDE, SIDE, "fill", WHITE);
    svg.cells(
        LEFT,
        TOP,
        SIDE,
        SIDE,
        colours,
        columns,
        "data-phase",
        Base64.getEncoder().encodeToString(cells),
        "data-columns",
        columns,
        "data-x",
        figure.xLabel() + "|" + axis(figure.x()),
        "data-y",
        figure.yLabel() + "|" + axis(figure.y()));
    for (double tick : across.ticks()) {
      double x = across.at(tick);
      svg.line(x, TOP + SIDE, x, TOP + SIDE + 4, "stroke", "var(--faint)");
      svg.text(
          x,
          TOP + SIDE + 17,
          "middle",
          NumberFormat.plain(tick),
          "font-size",
          11,
          "fill",
          "var(--soft)");
    }
    for (double tick : down.ticks()) {
      double y = down.at(tick);
      svg.line(LEFT - 4, y, LEFT, y, "stroke", "var(--faint)");
      svg.text(
          LEFT - 7, y + 4, "end", NumberFormat.plain(tick), "font-size", 11, "fill", "var(--soft)");
    }
    svg.text(
        LEFT + SIDE / 2,
        TOP + SIDE + 37,
        "middle",
        figure.xLabel(),
        "font-size",
        12,
        "fill",
        "var(--ink)");
    double middle = TOP + SIDE / 2;
    svg.text(
        13,
        middle,
        "middle",
        figure.yLabel(),
        "font-size",
        12,
        "fill",
        "var(--ink)",
        "transform",
        "rotate(-90 13 " + SvgCanvas.number(middle) + ")");
    boundaries(svg);
    return svg.rect(
        LEFT, TOP, SIDE, SIDE, "fill", "none", "stroke", "var(--faint)", "pointer-events", "none");
  }

  private void boundaries(SvgCanvas svg) {
    for (int s = 0; s < figure.boundaries().size(); s++) {
      XyChart.Series curve = figure.boundaries().get(s);
      StringBuilder path = new StringBuilder();
      boolean drawing = false;
      for (int i = 0; i < curve.x().length; i++) {
        boolean inside = across.covers(curve.x()[i]) && down.covers(curve.y()[i]);
        if (inside) {
          path.append(drawing ? 'L' : 'M')
              .append(SvgCanvas.number(across.at(curve.x()[i])))
              .append(' ')
              .append(SvgCanvas.number(down.at(curve.y()[i])));
        }
        drawing = inside;
      }
      String d = path.toString();
      // A light rim keeps the dark line visible on saturated red and blue alike.
      svg.add(
          "path",
          "d",
          d,
          "fill",
          "none",
          "stroke",
          "#ffffff",
          "stroke-opacity",
          .75,
          "stroke-width",
          4);
      svg.add(
          "path",
          "d",
          d,
          "fill",
          "none",
          "stroke",
          "#111111",
          "stroke-width",
          1.8,
          "stroke-dasharray",
          dash(s),
          "data-tip",
          curve.name());
    }
  }

  private SvgCanvas key() {
    int curves = figure.boundaries().size();
    SvgCanvas key =
        new SvgCanvas(
            KEY, 150 + 20 * curves, "Key: colour by norm and superposition; boundaries by dashes");
    int[] swatch = new int[SWATCH * SWATCH];
    for (int i = 0; i < swatch.length; i++) {
      double norm = 1 - (double) (i / SWATCH) / (SWATCH - 1);
      swatch[i] = ColourScales.phase(norm, (double) (i % SWATCH) / (SWATCH - 1));
    }
    key.text(0, 11, "start", "the extra feature is", "font-size", 11, "fill", "var(--ink)");
    key.rect(0, 20, SWATCH_WIDTH, 80, "fill", WHITE);
    key.cells(0, 20, SWATCH_WIDTH, 80, swatch, SWATCH);
    key.rect(0, 20, SWATCH_WIDTH, 80, "fill", "none", "stroke", "var(--faint)");
    note(key, SWATCH_WIDTH + 8, 30, "represented");
    note(key, SWATCH_WIDTH + 8, 98, "left out");
    note(key, 0, 115, "alone");
    key.text(SWATCH_WIDTH, 115, "end", "superposed", "font-size", 11, "fill", "var(--soft)");
    for (int s = 0; s < curves; s++) {
      double y = 140 + 20 * s;
      key.line(
          0,
          y - 4,
          28,
          y - 4,
          "stroke",
          "var(--ink)",
          "stroke-width",
          1.8,
          "stroke-dasharray",
          dash(s));
      note(key, 36, y, figure.boundaries().get(s).name());
    }
    return key;
  }

  private static void note(SvgCanvas key, double x, double y, String text) {
    key.text(x, y, "start", text, "font-size", 11, "fill", "var(--soft)");
  }

  private static String dash(int series) {
    return DASHES.get(series % DASHES.size());
  }

  private static byte hundredths(double value) {
    return (byte) Math.round(100 * Math.max(-1.27, Math.min(1.27, value)));
  }

  private static String axis(double[] values) {
    StringBuilder out = new StringBuilder();
    for (double value : values) {
      out.append(out.length() == 0 ? "" : " ").append(NumberFormat.plain(value));
    }
    return out.toString();
  }
}
