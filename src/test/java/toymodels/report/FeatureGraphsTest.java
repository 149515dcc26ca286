package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import toymodels.analysis.Geometry;
import toymodels.analysis.Polytope;

/** Feature graphs: what the components are called, and which nodes are drawn and joined. */
class FeatureGraphsTest {
  private static final int HIDDEN = 4;
  private static final Pattern EDGE =
      Pattern.compile(
          "<line stroke=\"var\\(--(c\\d)\\)\" stroke-width=\"[^\"]+\" stroke-opacity=\"[^\"]+\""
              + " x1=\"([^\"]+)\" y1=\"([^\"]+)\" x2=\"([^\"]+)\" y2=\"([^\"]+)\"");

  /** A pentagon whose features are not in the order of its corners, a pair, one alone, one lost. */
  private static Geometry pentagonAndOthers() {
    double[] corners = Polytope.PENTAGON.vertices();
    int[] shuffled = {0, 3, 1, 4, 2};
    double[] vectors = new double[9 * HIDDEN];
    for (int i = 0; i < 5; i++) {
      vectors[i * HIDDEN] = corners[2 * shuffled[i]];
      vectors[i * HIDDEN + 1] = corners[2 * shuffled[i] + 1];
    }
    vectors[5 * HIDDEN + 2] = 1;
    vectors[6 * HIDDEN + 2] = -1;
    vectors[7 * HIDDEN + 3] = 1;
    vectors[8 * HIDDEN] = .01;
    return Geometry.of(vectors, HIDDEN);
  }

  private static FeatureGraphs figure(String label, Geometry geometry) {
    return new FeatureGraphs(
        "Graphs", "One of them.", List.of(new FeatureGraphs.Panel(label, geometry)));
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void components_are_counted_by_shape_and_told_to_those_who_do_not_see() {
    String html = figure("density 0.2", pentagonAndOthers()).html();
    assertTrue(
        html.contains("aria-label=\"density 0.2: 1 dedicated + 1 digon + 1 pentagon\""), html);
    assertEquals(8, count(html, "<circle"), "the represented features");
    assertEquals(11, EDGE.matcher(html).results().count(), "one of the pair, ten of the pentagon");
    assertFalse(html.contains("feature 8,"), html);
  }

  @Test
  void corners_stand_in_their_order_around_the_circle() {
    Matcher edges = EDGE.matcher(figure("p", pentagonAndOthers()).html());
    double longestSide = 0;
    double shortestDiagonal = Double.POSITIVE_INFINITY;
    while (edges.find()) {
      double dx = Double.parseDouble(edges.group(2)) - Double.parseDouble(edges.group(4));
      double dy = Double.parseDouble(edges.group(3)) - Double.parseDouble(edges.group(5));
      // Neighbours of a pentagon have a cosine of 0.31, all others one below 0.
      if (edges.group(1).equals("c1")) {
        longestSide = Math.max(longestSide, Math.hypot(dx, dy));
      } else {
        shortestDiagonal = Math.min(shortestDiagonal, Math.hypot(dx, dy));
      }
    }
    assertTrue(0 < longestSide, "no side is drawn");
    assertTrue(longestSide < shortestDiagonal, longestSide + " and " + shortestDiagonal);
  }

  @Test
  void what_is_no_polytope_is_told_by_its_size() {
    double[] fan = {1, 0, Math.cos(.5), Math.sin(.5), Math.cos(1), Math.sin(1)};
    assertEquals(
        "unnamed: 3 features", new FeatureGraphs.Panel("fan", Geometry.of(fan, 2)).summary());
    double[] both = {1, 0, 0, Math.cos(.5), Math.sin(.5), 0, 0, 0, 1, 0, 0, -1};
    assertEquals(
        "1 digon + unnamed: 2 features",
        new FeatureGraphs.Panel("both", Geometry.of(both, 3)).summary());
    assertEquals(
        "nothing represented",
        new FeatureGraphs.Panel("none", Geometry.of(new double[4], 2)).summary());
  }

  @Test
  void labels_stay_text_and_the_drawing_is_the_same_everywhere() {
    FeatureGraphs figure = figure("<b>\"&", pentagonAndOthers());
    String html = figure.html();
    assertFalse(html.contains("<b>"), html);
    assertTrue(html.contains("&lt;b&gt;"), html);
    String svg = figure.svg().orElseThrow();
    assertFalse(svg.contains("var(--"), svg);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals(html, figure("<b>\"&", pentagonAndOthers()).html());
    } finally {
      Locale.setDefault(before);
    }
  }
}
