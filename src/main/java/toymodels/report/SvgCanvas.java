package toymodels.report;

import java.util.Locale;

/** A drawing being written; colours may be variables of {@link ReportTheme}. Lengths are pixels. */
final class SvgCanvas {
  private static final double TITLE = 12.5;

  /** Width of an average letter of the page's font, in its size. */
  private static final double LETTER = 0.55;

  private final StringBuilder out = new StringBuilder();
  private final double width;
  private final double height;
  private final String label;

  /**
   * @param label what the picture shows, for those who cannot see it
   */
  SvgCanvas(double width, double height, String label) {
    this.width = width;
    this.height = height;
    this.label = label;
  }

  double width() {
    return width;
  }

  double height() {
    return height;
  }

  /** An element without content; attributes are names and values in turn. */
  SvgCanvas add(String element, Object... attributes) {
    return open(element, attributes).close("/>");
  }

  SvgCanvas line(double x1, double y1, double x2, double y2, Object... attributes) {
    return open("line", attributes)
        .set("x1", x1)
        .set("y1", y1)
        .set("x2", x2)
        .set("y2", y2)
        .close("/>");
  }

  SvgCanvas circle(double x, double y, double radius, Object... attributes) {
    return open("circle", attributes).set("cx", x).set("cy", y).set("r", radius).close("/>");
  }

  SvgCanvas rect(double x, double y, double width, double height, Object... attributes) {
    return open("rect", attributes)
        .set("x", x)
        .set("y", y)
        .set("width", width)
        .set("height", height)
        .close("/>");
  }

  /** Text with its baseline's start, middle or end at (x, y). */
  SvgCanvas text(double x, double y, String anchor, String text, Object... attributes) {
    open("text", attributes).set("x", x).set("y", y);
    if (!anchor.equals("start")) {
      set("text-anchor", anchor);
    }
    return close(">" + Html.escape(text) + "</text>");
  }

  /** The title of a panel in its own font, smaller where it would be wider than its room. */
  SvgCanvas title(double x, String anchor, String title, double room) {
    double size = Math.min(TITLE, room / (LETTER * title.length()));
    return text(x, 13, anchor, title, "fill", "var(--ink)", "font-size", size);
  }

  /** A picture of cells stretched over a rectangle, each cell sharp. */
  SvgCanvas cells(
      double x, double y, double width, double height, int[] argb, int columns, Object... more) {
    return open("image", more)
        .set("x", x)
        .set("y", y)
        .set("width", width)
        .set("height", height)
        .set("preserveAspectRatio", "none")
        .set("style", "image-rendering:pixelated")
        .set("href", PngDataUri.address(argb, columns))
        .close("/>");
  }

  /** Opens a group, to be ended by {@link #end}. */
  SvgCanvas group(Object... attributes) {
    return open("g", attributes).close(">");
  }

  SvgCanvas end() {
    out.append("</g>\n");
    return this;
  }

  /** Another drawing as a part of this one, its corner at (x, y). */
  SvgCanvas embed(SvgCanvas part, double x, double y) {
    out.append(part.nested(x, y));
    return this;
  }

  /** The drawing inside a page. */
  String inPage() {
    return "<svg width=\"%1$s\" height=\"%2$s\" viewBox=\"0 0 %1$s %2$s\" role=\"img\" aria-label=\"%3$s\">\n%4$s</svg>"
        .formatted(number(width), number(height), Html.escape(label), out);
  }

  /** The drawing as a part of another one, its corner at (x, y). */
  String nested(double x, double y) {
    return "<svg overflow=\"visible\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\">\n%s</svg>\n"
        .formatted(number(x), number(y), number(width), number(height), out);
  }

  private SvgCanvas open(String element, Object... attributes) {
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      set((String) attributes[i], attributes[i + 1]);
    }
    return this;
  }

  private SvgCanvas set(String name, Object value) {
    String text =
        value instanceof Number n ? number(n.doubleValue()) : Html.escape(value.toString());
    out.append(' ').append(name).append("=\"").append(text).append('"');
    return this;
  }

  private SvgCanvas close(String end) {
    out.append(end).append('\n');
    return this;
  }

  /** A length to a hundredth of a pixel, without idle zeros. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    text = text.replaceFirst("\\.?0+$", "");
    return text.equals("-0") ? "0" : text;
  }
}
