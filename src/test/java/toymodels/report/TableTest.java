package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void numbers_have_a_true_minus_and_words_keep_their_hyphens() {
    String html =
        new Table("T", "", List.of("cell"), List.of(List.of("(-0.5, 1-2) 5-cell\n[-1 <0]"))).html();
    assertTrue(html.contains("<td>(−0.5, 1-2) 5-cell<br>[−1 &lt;0]</td>"), html);
  }
}
