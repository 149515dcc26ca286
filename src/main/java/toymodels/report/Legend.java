package toymodels.report;

import java.util.function.DoubleUnaryOperator;

/** Keys to colours: a strip of the scale with its ends named. */
final class Legend {
  private static final double STRIP = 132;
  private static final double HEIGHT = 44;

  private Legend() {}

  /** The sequential scale, which the theme adapts to its background. */
  static SvgCanvas sequential(String title, String least, String most) {
    SvgCanvas key = new SvgCanvas(STRIP + 12, HEIGHT, title + " from " + least + " to " + most);
    double step = STRIP / ReportTheme.LEVELS;
    for (int i = 0; i < ReportTheme.LEVELS; i++) {
      key.rect(i * step, 18, step + .3, 8, "fill", "var(--v" + i + ")");
    }
    return named(key, title, least, most);
  }

  /** The few values that a figure has, each with its colour. */
  static SvgCanvas swatches(String title, double[] values, DoubleUnaryOperator shade) {
    SvgCanvas key =
        new SvgCanvas(STRIP + 12, HEIGHT, title + " as colours of the sequential scale");
    key.text(0, 11, "start", title, "font-size", 11, "fill", "var(--ink)");
    for (int k = 0; k < values.length; k++) {
      double x = k * STRIP / values.length;
      key.rect(x, 18, 8, 8, "fill", ReportTheme.level(shade.applyAsDouble(values[k])));
      String name = NumberFormat.typeset(NumberFormat.plain(values[k]));
      key.text(x + 12, 26, "start", name, "font-size", 11, "fill", "var(--soft)");
    }
    return key;
  }

  /** The diverging scale, blue below zero and red above. */
  static SvgCanvas diverging(String title, double extent) {
    int[] strip = new int[33];
    for (int i = 0; i < strip.length; i++) {
      strip[i] = ColourScales.diverging(i / 16.0 - 1);
    }
    SvgCanvas key =
        new SvgCanvas(STRIP + 12, HEIGHT, title + " from blue, negative, to red, positive");
    key.cells(0, 18, STRIP, 8, strip, strip.length);
    key.text(STRIP / 2, 38, "middle", "0", "font-size", 11, "fill", "var(--soft)");
    return named(
        key, title, NumberFormat.typeset(NumberFormat.plain(-extent)), NumberFormat.plain(extent));
  }

  /** The colour of a line that stands for a signed number: blue below zero, orange above. */
  static String sign(double value) {
    return value < 0 ? "var(--c0)" : "var(--c1)";
  }

  /** The two colours of {@link #sign} for lines that stand for {@code name}. */
  static SvgCanvas signs(String name) {
    SvgCanvas key =
        new SvgCanvas(220, 24, "blue lines are negative " + name + ", orange ones positive");
    return signed(signed(key, 0, -1, name + " < 0"), 110, 1, name + " > 0");
  }

  private static SvgCanvas signed(SvgCanvas key, double x, double value, String text) {
    return key.line(x, 12, x + 20, 12, "stroke", sign(value), "stroke-width", 2.4)
        .text(x + 26, 16, "start", text, "font-size", 11, "fill", "var(--soft)");
  }

  private static SvgCanvas named(SvgCanvas key, String title, String least, String most) {
    return key.text(0, 11, "start", title, "font-size", 11, "fill", "var(--ink)")
        .text(0, 38, "start", least, "font-size", 11, "fill", "var(--soft)")
        .text(STRIP, 38, "end", most, "font-size", 11, "fill", "var(--soft)");
  }
}
