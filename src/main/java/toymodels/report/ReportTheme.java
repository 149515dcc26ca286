package toymodels.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page's colours by role, each for the paper's light theme and for the dark one. In a page they
 * are CSS variables; in a figure on its own, {@link #onPaper} puts the light ones in.
 *
 * <p>Categories are Okabe and Ito's (2008), which the colour-blind can tell apart, in the lightness
 * that each background asks for.
 */
final class ReportTheme {
  /** Steps of the sequential scale, {@code --v0} (least) to {@code --v15} (most). */
  static final int LEVELS = 16;

  private record Pair(String light, String dark) {}

  private static final Map<String, Pair> COLOURS = new LinkedHashMap<>();
  private static final Pattern VARIABLE = Pattern.compile("var\\(--([a-z0-9]+)\\)");

  static {
    put("paper", "#fcfbf8", "#17181b");
    put("card", "#ffffff", "#1e2024");
    put("ink", "#1f2023", "#e9e7e1");
    put("soft", "#66656b", "#a3a19b");
    put("faint", "#a09f9b", "#6f6e6a");
    put("rule", "#e4e1d8", "#33353a");
    put("accent", "#0b62a4", "#79b8ee");
    put("good", "#1b6e52", "#5fc9a3");
    put("bad", "#b3401c", "#f0916a");
    put("c0", "#0072b2", "#56b4e9");
    put("c1", "#d55e00", "#e69f00");
    put("c2", "#009e73", "#2fc79b");
    put("c3", "#b5588f", "#e08fbd");
    put("c4", "#b07a00", "#f0e442");
    put("c5", "#3a9bd1", "#4a86c5");
    put("c6", "#4b4a50", "#c9c7c2");
    for (int i = 0; i < LEVELS; i++) {
      double t = i / (LEVELS - 1.0);
      // The ends of viridis that would vanish against the background are left out.
      put(
          "v" + i,
          ColourScales.hex(ColourScales.viridis(.93 * t)),
          ColourScales.hex(ColourScales.viridis(.16 + .84 * t)));
    }
  }

  private ReportTheme() {}

  private static void put(String name, String light, String dark) {
    COLOURS.put(name, new Pair(light, dark));
  }

  /** The step of the sequential scale for a value in [0, 1]. */
  static String level(double t) {
    double clamped = t >= 0 ? Math.min(t, 1) : 0;
    return "var(--v" + Math.round(clamped * (LEVELS - 1)) + ")";
  }

  /** The variables of both themes as CSS declarations. */
  static String css() {
    StringBuilder out = new StringBuilder(":root{");
    COLOURS.forEach(
        (name, c) -> out.append("--%s:light-dark(%s,%s);".formatted(name, c.light, c.dark)));
    return out.append("}\n").toString();
  }

  /** The same drawing with the light theme's colours in place of variables. */
  static String onPaper(String svg) {
    return VARIABLE.matcher(svg).replaceAll(ReportTheme::light);
  }

  private static String light(MatchResult name) {
    return Matcher.quoteReplacement(COLOURS.get(name.group(1)).light);
  }
}
