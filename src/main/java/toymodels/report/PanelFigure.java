package toymodels.report;

import java.util.List;
import java.util.Optional;

/**
 * A figure of panels of one size, with a key to its colours: in a page the panels flow with the
 * width of the window, in a file of its own they stand in rows.
 */
record PanelFigure(List<SvgCanvas> panels, Optional<SvgCanvas> key) {
  private static final double FILE_WIDTH = 960;
  private static final double GAP = 16;

  /** Panels up to this width stand in pairs on a phone. */
  private static final double SMALL = 210;

  String html() {
    double width = panels.stream().mapToDouble(SvgCanvas::width).max().orElse(0);
    StringBuilder out = new StringBuilder();
    String kind = (panels.size() > 1 ? " several" : "") + (width <= SMALL ? " small" : "");
    out.append(
        "<div class=\"drawing\"><div class=\"panels%s\" style=\"--panel:%spx\">\n"
            .formatted(kind, SvgCanvas.number(width)));
    panels.forEach(panel -> out.append(panel.inPage()).append('\n'));
    out.append("</div>\n");
    key.ifPresent(k -> out.append("<div class=\"key\">").append(k.inPage()).append("</div>\n"));
    return out.append("</div>\n").toString();
  }

  /** The figure as an SVG file in the colours of the light theme. */
  String svg() {
    double width = panels.stream().mapToDouble(SvgCanvas::width).max().orElse(0) + GAP;
    double height = panels.stream().mapToDouble(SvgCanvas::height).max().orElse(0) + GAP;
    int columns = (int) Math.max(1, Math.min(panels.size(), FILE_WIDTH / Math.max(1, width)));
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < panels.size(); i++) {
      body.append(panels.get(i).nested(GAP + i % columns * width, GAP + i / columns * height));
    }
    int rows = (panels.size() + columns - 1) / columns;
    double below = GAP + rows * height;
    key.ifPresent(k -> body.append(k.nested(GAP, below)));
    return file(
        Math.max(columns * width, key.map(SvgCanvas::width).orElse(0.0)) + GAP,
        below + key.map(SvgCanvas::height).orElse(0.0),
        body.toString());
  }

  private static String file(double width, double height, String body) {
    String svg =
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$s" height="%2$s" viewBox="0 0 %1$s %2$s" \
        font-family="system-ui, 'Helvetica Neue', Arial, sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="var(--paper)"/>
        %3$s</svg>
        """
            .formatted(SvgCanvas.number(width), SvgCanvas.number(height), body);
    return ReportTheme.onPaper(svg).replaceAll(" data-[a-z]+=\"[^\"]*\"", "");
  }
}
