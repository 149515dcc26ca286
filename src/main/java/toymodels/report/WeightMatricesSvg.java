package toymodels.report;

import java.util.List;
import java.util.Optional;

/** Draws {@link WeightMatrices}: square cells, all panels with the colours of one scale. */
final class WeightMatricesSvg {
  private static final double SIDE = 170;
  private static final double TOP = 24;
  private static final double LEAST_WIDTH = 150;

  /** Cells with room for their row's and column's numbers. */
  private static final double NUMBERED = 11;

  private static final double MARGIN = 18;

  private WeightMatricesSvg() {}

  static PanelFigure draw(WeightMatrices figure) {
    double extent = 0;
    for (NeuronWeights panel : figure.panels()) {
      for (float weight : panel.weights()) {
        extent = Math.max(extent, Math.abs(weight));
      }
    }
    double scale = extent > 0 ? extent : 1;
    List<SvgCanvas> panels = figure.panels().stream().map(panel -> drawn(panel, scale)).toList();
    return new PanelFigure(panels, Optional.of(Legend.diverging("weight", scale)));
  }

  private static SvgCanvas drawn(NeuronWeights panel, double extent) {
    int columns = panel.neurons();
    int rows = panel.features();
    double cell = SIDE / Math.max(rows, columns);
    double width = cell * columns;
    double height = cell * rows;
    SvgCanvas svg =
        new SvgCanvas(
            Math.max(LEAST_WIDTH, MARGIN + width + 1),
            TOP + height + MARGIN,
            "%s: weights of %s features on %s neurons".formatted(panel.label(), rows, columns));
    svg.title(0, "start", panel.label(), svg.width());
    double[] weights = new double[panel.weights().length];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = panel.weights()[k];
    }
    Cells.draw(svg, MARGIN, TOP, width, height, weights, columns, "W", extent);
    if (cell >= NUMBERED) {
      for (int i = 0; i < rows; i++) {
        number(svg, MARGIN - 4, TOP + (i + .5) * cell + 3.5, "end", i);
      }
      for (int a = 0; a < columns; a++) {
        number(svg, MARGIN + (a + .5) * cell, TOP + height + 12, "middle", a);
      }
    }
    return svg;
  }

  private static void number(SvgCanvas svg, double x, double y, String anchor, int value) {
    svg.text(x, y, anchor, Integer.toString(value), "fill", "var(--soft)", "font-size", 10);
  }
}
