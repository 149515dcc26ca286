package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Weight matrices: values on one scale, cells that are square, numbers where they fit. */
class WeightMatricesTest {
  private static final Pattern CELLS =
      Pattern.compile(
          "<image data-cells=\"([^\"]+)\" data-columns=\"(\\d+)\" data-name=\"W\""
              + " data-unit=\"([^\"]+)\" x=\"[^\"]+\" y=\"[^\"]+\" width=\"([^\"]+)\""
              + " height=\"([^\"]+)\"");

  private static final Pattern NUMBER = Pattern.compile("font-size=\"10\"[^>]*>(\\d+)</text>");

  private static String html(NeuronWeights... panels) {
    return new WeightMatrices("Weights", "Two of them.", List.of(panels)).html();
  }

  private static List<MatchResult> cells(String html) {
    return CELLS.matcher(html).results().toList();
  }

  @Test
  void all_panels_share_the_scale_of_the_largest_weight() {
    String html =
        html(
            new NeuronWeights("one", new float[] {.5f, -1, 0, 1}, 2),
            new NeuronWeights("two", new float[] {2.5f, -2.5f}, 1));
    assertTrue(html.contains(">−2.5<") && html.contains(">2.5<"), html);
    byte[] one = Base64.getDecoder().decode(cells(html).get(0).group(1));
    byte[] two = Base64.getDecoder().decode(cells(html).get(1).group(1));
    assertArrayEquals(new byte[] {20, -40, 0, 40}, one);
    assertArrayEquals(new byte[] {100, -100}, two);
    assertEquals(.025, Double.parseDouble(cells(html).get(0).group(3)), 1e-12);
    assertEquals("2", cells(html).get(0).group(2));
  }

  @Test
  void cells_are_square_and_numbered_from_zero() {
    String html = html(new NeuronWeights("ten", new float[50], 5));
    MatchResult cells = cells(html).get(0);
    assertEquals(
        Double.parseDouble(cells.group(4)) / 5, Double.parseDouble(cells.group(5)) / 10, .01);
    List<String> numbers = NUMBER.matcher(html).results().map(m -> m.group(1)).toList();
    assertEquals(15, numbers.size());
    assertEquals(List.of("8", "9", "0", "1"), numbers.subList(8, 12));
    String large = html(new NeuronWeights("hundred", new float[4000], 40));
    assertFalse(NUMBER.matcher(large).find(), large);
  }

  @Test
  void weights_that_are_no_whole_rows_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> new NeuronWeights("odd", new float[7], 2));
  }
}
