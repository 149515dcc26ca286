package toymodels.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Draws {@link Matrices} as the paper's Basic Results do: WᵀW as a colour map, b as a column beside
 * it, and a bar ‖Wᵢ‖ on the row of each feature, coloured by its superposition.
 */
final class MatricesSvg {
  private static final double SIDE = 150;
  private static final double TOP = 40;
  private static final double BIAS = SIDE + 10;
  private static final double BIAS_WIDTH = 10;
  private static final double BARS = BIAS + BIAS_WIDTH + 14;
  private static final double BARS_WIDTH = 64;
  private static final double WIDTH = BARS + BARS_WIDTH + 2;

  /** Norms below this are bars of less than a pixel. */
  private static final double INVISIBLE = .01;

  private MatricesSvg() {}

  static PanelFigure draw(Matrices figure) {
    double longest = 1;
    for (Matrices.Panel panel : figure.panels()) {
      for (double norm : panel.norms()) {
        longest = Math.max(longest, norm);
      }
    }
    List<SvgCanvas> panels = new ArrayList<>();
    for (Matrices.Panel panel : figure.panels()) {
      panels.add(panel(panel, longest));
    }
    return new PanelFigure(panels, Optional.of(key()));
  }

  private static SvgCanvas panel(Matrices.Panel panel, double longest) {
    int n = panel.norms().length;
    long represented = Arrays.stream(panel.norms()).filter(v -> v > .5).count();
    SvgCanvas svg =
        new SvgCanvas(
            WIDTH,
            TOP + SIDE + 2,
            "%s: WᵀW, biases and norms of %s features, %s of them with a norm above 0.5"
                .formatted(panel.label(), n, represented));
    svg.title(0, "start", panel.label(), WIDTH);
    heading(svg, SIDE / 2, "WᵀW");
    heading(svg, BIAS + BIAS_WIDTH / 2, "b");
    heading(svg, BARS + BARS_WIDTH / 2, "‖Wᵢ‖");
    Cells.draw(svg, 0, TOP, SIDE, SIDE, panel.gram(), n, "WᵀW", 1);
    Cells.draw(svg, BIAS, TOP, BIAS_WIDTH, SIDE, panel.biases(), 1, "b", 1);
    bars(svg, panel, longest);
    return svg;
  }

  private static void heading(SvgCanvas svg, double x, String text) {
    svg.text(x, TOP - 7, "middle", text, "fill", "var(--soft)", "font-size", 11);
  }

  private static void bars(SvgCanvas svg, Matrices.Panel panel, double longest) {
    int n = panel.norms().length;
    double row = SIDE / n;
    double gap = row > 5 ? 1 : row * .1;
    double unit = BARS_WIDTH / longest;
    svg.line(BARS, TOP, BARS, TOP + SIDE, "stroke", "var(--rule)");
    svg.line(
        BARS + unit,
        TOP,
        BARS + unit,
        TOP + SIDE,
        "stroke",
        "var(--rule)",
        "stroke-dasharray",
        "2 2");
    for (int i = 0; i < n; i++) {
      String tip =
          "feature %s\nnorm %s\nsuperposition %s\nbias %s"
              .formatted(
                  i,
                  NumberFormat.plain(panel.norms()[i], 3),
                  NumberFormat.plain(panel.superposition()[i], 3),
                  NumberFormat.plain(panel.biases()[i], 3));
      if (panel.norms()[i] > INVISIBLE) {
        svg.rect(
            BARS,
            TOP + i * row + gap / 2,
            panel.norms()[i] * unit,
            row - gap,
            "fill",
            ReportTheme.level(panel.superposition()[i]));
      }
      // The whole row answers to the pointer, however short its bar.
      svg.rect(BARS, TOP + i * row, BARS_WIDTH, row, "fill", "transparent", "data-tip", tip);
    }
  }

  private static SvgCanvas key() {
    SvgCanvas diverging = Legend.diverging("WᵀW and b", 1);
    SvgCanvas superposition = Legend.sequential("superposition (bars)", "0", "1 or more");
    SvgCanvas both =
        new SvgCanvas(
            diverging.width() + superposition.width() + 24,
            diverging.height(),
            "Colour keys: WᵀW and b from −1, blue, to 1, red; superposition of bars from 0 to 1");
    return both.embed(diverging, 0, 0).embed(superposition, diverging.width() + 24, 0);
  }
}
