package toymodels.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Draws {@link Directions} as the paper's first figure does: each feature a point with a line from
 * the origin, axes and the unit circle behind, all panels to one scale.
 */
final class DirectionsSvg {
  private static final double SIDE = 190;
  private static final double TOP = 24;

  /** Half the width of a panel in units of W: the paper's notebook uses 1.5. */
  private static final double LEAST_EXTENT = 1.35;

  /** Vectors shorter than this are hollow dots at the origin: features that were dropped. */
  private static final double NOT_REPRESENTED = .05;

  /** Numbers beside the points of more features than this would cover one another. */
  private static final int MOST_NUMBERS = 10;

  /** Points closer than this, in pixels, share one label: theirs would cover one another. */
  private static final double ONE_PLACE = 11;

  /** Up to so many colours the key shows each by itself. */
  private static final int MOST_SWATCHES = 4;

  private final Directions figure;
  private final double extent;
  private final double lowest;
  private final double highest;

  private DirectionsSvg(Directions figure) {
    this.figure = figure;
    double longest = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Directions.Panel panel : figure.panels()) {
      for (int i = 0; i < panel.importance().length; i++) {
        longest = Math.max(longest, norm(panel, i));
        low = Math.min(low, panel.importance()[i]);
        high = Math.max(high, panel.importance()[i]);
      }
    }
    extent = Math.max(LEAST_EXTENT, 1.22 * longest);
    lowest = low;
    highest = high;
  }

  static PanelFigure draw(Directions figure) {
    DirectionsSvg drawer = new DirectionsSvg(figure);
    List<SvgCanvas> panels = new ArrayList<>();
    figure.panels().forEach(panel -> panels.add(drawer.panel(panel)));
    return new PanelFigure(panels, drawer.key());
  }

  private Optional<SvgCanvas> key() {
    double[] values =
        figure.panels().stream()
            .flatMapToDouble(panel -> Arrays.stream(panel.importance()))
            .distinct()
            .sorted()
            .toArray();
    if (values.length < 2) {
      return Optional.empty();
    }
    return Optional.of(
        values.length <= MOST_SWATCHES
            ? Legend.swatches(figure.colouredBy(), values, this::shade)
            : Legend.sequential(
                figure.colouredBy(), NumberFormat.plain(lowest), NumberFormat.plain(highest)));
  }

  private SvgCanvas panel(Directions.Panel panel) {
    int features = panel.importance().length;
    SvgCanvas svg =
        new SvgCanvas(
            SIDE,
            SIDE + TOP,
            panel.label()
                + ": "
                + features
                + " feature vectors in the plane, norms "
                + norms(panel));
    svg.title(SIDE / 2, "middle", panel.label(), SIDE);
    double centre = SIDE / 2;
    double scale = SIDE / 2 / extent;
    svg.rect(.5, TOP + .5, SIDE - 1, SIDE - 1, "fill", "none", "stroke", "var(--rule)", "rx", 2);
    svg.group(
        "transform",
        "translate(" + SvgCanvas.number(centre) + " " + SvgCanvas.number(TOP + centre) + ")");
    double axis = SIDE / 2 - 8;
    svg.line(-axis, 0, axis, 0, "stroke", "var(--rule)")
        .line(0, -axis, 0, axis, "stroke", "var(--rule)");
    svg.circle(
        0,
        0,
        scale,
        "fill",
        "none",
        "stroke",
        "var(--faint)",
        "stroke-opacity",
        .6,
        "stroke-dasharray",
        "2 3");
    int[] order =
        IntStream.range(0, features)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> panel.importance()[i]))
            .mapToInt(i -> i)
            .toArray();
    for (int i : order) {
      String colour = ReportTheme.level(shade(panel.importance()[i]));
      double x = panel.vectors()[2 * i] * scale;
      double y = -panel.vectors()[2 * i + 1] * scale;
      svg.line(0, 0, x, y, "stroke", colour, "stroke-width", 2, "stroke-linecap", "round");
      if (norm(panel, i) < NOT_REPRESENTED) {
        svg.circle(
            x, y, 4, "fill", "var(--paper)", "stroke", "var(--faint)", "data-tip", tip(panel, i));
      } else {
        svg.circle(x, y, 5, "fill", colour, "stroke", "var(--paper)", "data-tip", tip(panel, i));
      }
    }
    if (features <= MOST_NUMBERS) {
      numbers(svg, panel, scale);
    }
    return svg.end();
  }

  /**
   * The index of each represented feature, a little beyond its point; of those in one place, the
   * indices of all beyond the first.
   */
  private static void numbers(SvgCanvas svg, Directions.Panel panel, double scale) {
    Map<Integer, String> labels = new LinkedHashMap<>();
    for (int i = 0; i < panel.importance().length; i++) {
      int feature = i;
      if (norm(panel, i) >= NOT_REPRESENTED) {
        int place =
            labels.keySet().stream()
                .filter(first -> scale * distance(panel, first, feature) < ONE_PLACE)
                .findFirst()
                .orElse(feature);
        labels.merge(place, Integer.toString(i), (others, another) -> others + "," + another);
      }
    }
    labels.forEach(
        (i, label) -> {
          double beyond = scale + 13 / norm(panel, i);
          svg.text(
              panel.vectors()[2 * i] * beyond,
              -panel.vectors()[2 * i + 1] * beyond + 3.5,
              "middle",
              label,
              "fill",
              "var(--soft)",
              "font-size",
              10,
              "pointer-events",
              "none");
        });
  }

  private static double distance(Directions.Panel panel, int i, int j) {
    float[] w = panel.vectors();
    return Math.hypot(w[2 * i] - w[2 * j], w[2 * i + 1] - w[2 * j + 1]);
  }

  private double shade(double importance) {
    return highest > lowest ? (importance - lowest) / (highest - lowest) : .5;
  }

  private String tip(Directions.Panel panel, int i) {
    double degrees = Math.toDegrees(Math.atan2(panel.vectors()[2 * i + 1], panel.vectors()[2 * i]));
    return "feature %s\nnorm %s\nangle %s°\n%s %s"
        .formatted(
            i,
            NumberFormat.plain(norm(panel, i), 3),
            Math.round(degrees),
            figure.colouredBy(),
            NumberFormat.plain(panel.importance()[i]));
  }

  private static String norms(Directions.Panel panel) {
    return String.join(
        ", ",
        IntStream.range(0, Math.min(8, panel.importance().length))
            .mapToObj(i -> NumberFormat.plain(norm(panel, i), 3))
            .toList());
  }

  private static double norm(Directions.Panel panel, int i) {
    return Math.hypot(panel.vectors()[2 * i], panel.vectors()[2 * i + 1]);
  }
}
