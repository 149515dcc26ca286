package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CheckTest {
  private static final Check HELD = Check.near("held", "source", 2, 2, 0);
  private static final Check FAILED = Check.atMost("failed", "source", 3, 2);
  private static final Check DISPUTED = FAILED.disputed("the exact minimum has 3");

  @Test
  void a_dispute_neither_moves_a_number_nor_makes_a_claim_hold() {
    assertEquals(FAILED.high(), DISPUTED.high());
    assertFalse(DISPUTED.holds());
    assertFalse(DISPUTED.fails());
    assertTrue(FAILED.fails());
    assertEquals("holds", HELD.disputed("in vain").verdict());
  }

  @Test
  void a_measurement_that_is_not_a_number_fails() {
    assertTrue(Check.near("lost", "source", Double.NaN, 2, 1).fails());
  }

  @Test
  void tables_tell_disputed_claims_with_both_numbers_from_failed_ones() {
    assertEquals(
        "1 of 3 claims hold, 1 is disputed", CheckTable.summary(List.of(HELD, FAILED, DISPUTED)));
    String row = "| disputed | failed (the exact minimum has 3) | 3 | ≤ 2 | source |";
    assertTrue(CheckTable.markdown(List.of(DISPUTED)).contains(row));
    assertTrue(CheckTable.html(List.of(DISPUTED)).contains("≠ disputed"));
    assertTrue(CheckTable.html(List.of(DISPUTED)).contains("the exact minimum has 3"));
    assertFalse(CheckTable.html(List.of(HELD.disputed("in vain"))).contains("in vain"));
    assertTrue(CheckTable.text(List.of(FAILED)).startsWith("FAILS     failed"));
  }

  @Test
  void runs_of_the_same_claims_share_a_row_that_is_as_bad_as_the_worst_of_them() {
    Check high = Check.atLeast("share", "source", 0.9, 0.8);
    Check low = Check.atLeast("share", "source", 0.73, 0.8);
    assertTrue(
        CheckTable.markdownOfRuns(List.of(List.of(high, HELD), List.of(low, HELD)))
            .endsWith(
                """
                | **no** | share | 0.9; **0.73** | ≥ 0.8 | source |
                | yes | held | 2 | exactly 2 | source |
                """));
    assertTrue(
        CheckTable.markdownOfRuns(List.of(List.of(HELD), List.of(HELD.disputed("in vain"))))
            .contains("| yes | held | 2 |"));
    assertThrows(
        IllegalArgumentException.class,
        () -> CheckTable.markdownOfRuns(List.of(List.of(HELD), List.of(FAILED))));
  }
}
