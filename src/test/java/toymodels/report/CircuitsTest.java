package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Circuits: which weights are drawn, between which nodes, and what is said of them. */
class CircuitsTest {
  private static final Pattern LINE =
      Pattern.compile(
          "<line stroke=\"var\\(--(c\\d)\\)\"[^>]* data-tip=\"([^\"]+)\" x1=\"([^\"]+)\""
              + " y1=\"([^\"]+)\" x2=\"([^\"]+)\" y2=\"([^\"]+)\"");

  private static final Pattern NODE =
      Pattern.compile("<circle [^>]*cx=\"([^\"]+)\" cy=\"([^\"]+)\"[^>]*/>\\s*<text[^>]*>([^<]+)<");

  private static String drawn(int[] features, int[] neurons, double[] in, double[] out) {
    Circuits.Panel panel = new Circuits.Panel("one", features, neurons, in, out);
    return new Circuits("Circuits", "One of them.", List.of(panel)).html();
  }

  @Test
  void a_line_joins_each_feature_and_neuron_whose_weight_counts() {
    String html = SampleNeurons.circuits().html();
    List<String> lines =
        LINE.matcher(html).results().map(m -> m.group(1) + " " + m.group(2)).toList();
    assertEquals(
        List.of(
            "c1 feature 0 into neuron 7\nweight 1",
            "c1 feature 0 into neuron 3\nweight 2",
            "c0 feature 12 into neuron 3\nweight -0.5",
            "c1 output 0 from neuron 3\nweight 0.5",
            "c0 output 12 from neuron 7\nweight -4",
            "c1 output 12 from neuron 3\nweight 2"),
        lines);
    assertTrue(html.contains(">−0.5</text>"), html);
    assertFalse(html.contains("0.01"), html);
    assertTrue(html.contains("features [0, 12] through neurons [3, 7]"), html);
  }

  @Test
  void lines_end_at_the_nodes_they_name() {
    String html = SampleNeurons.circuits().html();
    Matcher line = LINE.matcher(html);
    int lines = 0;
    while (line.find()) {
      String[] words = line.group(2).split("\\s");
      String end = (words[0].equals("feature") ? "x" : "y") + (words[1].equals("0") ? "₀" : "₁₂");
      assertEquals(line.group(3) + " " + line.group(4), place(html, end));
      assertEquals(line.group(5) + " " + line.group(6), place(html, words[4]));
      lines++;
    }
    assertEquals(6, lines);
  }

  private static String place(String html, String node) {
    return NODE.matcher(html)
        .results()
        .filter(m -> m.group(3).equals(node))
        .map(m -> m.group(1) + " " + m.group(2))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void neurons_stand_by_the_features_that_drive_them() {
    int[] three = {0, 1, 2};
    double[] crossed = {0, 0, 1, 0, 1, 0, 1, 0, 0};
    String html = drawn(three, new int[] {4, 5, 6}, crossed, crossed);
    List<String> order =
        NODE.matcher(html)
            .results()
            .map(m -> m.group(3))
            .filter(name -> name.matches("\\d"))
            .toList();
    assertEquals(List.of("6", "5", "4"), order);
    LINE.matcher(html).results().forEach(m -> assertEquals(m.group(4), m.group(6), "level lines"));
  }

  @Test
  void weights_that_do_not_fit_and_models_without_any_are_met_in_words() {
    double[] two = {1, 2};
    assertThrows(
        IllegalArgumentException.class,
        () -> drawn(new int[] {0}, new int[] {0, 1}, two, new double[1]));
    String html = drawn(new int[] {0}, new int[] {0, 1}, new double[2], new double[2]);
    assertEquals(0, LINE.matcher(html).results().count());
    assertFalse(html.contains("NaN"), html);
  }
}
