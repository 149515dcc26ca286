package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The numbers under bars: each the neuron's own, on as many lines as they need. */
class NeuronStacksTest {
  private static final Pattern BAR = Pattern.compile("data-tip=\"neuron (\\d+),");
  private static final Pattern NUMBER =
      Pattern.compile("y=\"([^\"]+)\" text-anchor=\"middle\">(\\d+)</text>");

  /** Neuron k serves feature 7k modulo their count, which is no multiple of 7. */
  private static String html(int neurons) {
    float[] weights = new float[neurons * neurons];
    for (int k = 0; k < neurons; k++) {
      weights[7 * k % neurons * neurons + k] = 1;
    }
    NeuronWeights panel = new NeuronWeights("density 0.5", weights, neurons);
    return new NeuronStacks("Stacks", "One of them.", List.of(panel)).html();
  }

  private static List<String> found(Pattern pattern, int group, String html) {
    return pattern.matcher(html).results().map((MatchResult m) -> m.group(group)).toList();
  }

  private static int lines(String html) {
    Set<String> heights = new HashSet<>(found(NUMBER, 1, html));
    return heights.size();
  }

  @Test
  void every_bar_has_the_number_of_its_neuron() {
    String ten = html(10);
    assertEquals(List.of("0", "3", "6", "9", "2", "5", "8", "1", "4", "7"), found(BAR, 1, ten));
    assertEquals(found(BAR, 1, ten), found(NUMBER, 2, ten));
    assertEquals(1, lines(ten));
  }

  @Test
  void forty_stand_on_two_lines_and_of_more_some_are_left_out() {
    String forty = html(40);
    assertEquals(found(BAR, 1, forty), found(NUMBER, 2, forty));
    assertEquals(40, found(NUMBER, 2, forty).size());
    assertEquals(2, lines(forty));
    String many = html(150);
    List<String> numbers = found(NUMBER, 2, many);
    List<String> bars = found(BAR, 1, many);
    assertEquals(75, numbers.size());
    for (int k = 0; k < numbers.size(); k++) {
      assertEquals(bars.get(2 * k), numbers.get(k));
    }
  }
}
