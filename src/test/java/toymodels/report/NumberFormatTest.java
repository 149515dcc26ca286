package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class NumberFormatTest {
  @Test
  void numbers_have_the_digits_that_carry_meaning() {
    assertEquals("0.1829", NumberFormat.plain(.182925));
    assertEquals("5", NumberFormat.plain(5));
    assertEquals("12346", NumberFormat.plain(12346));
    assertEquals("1.235e7", NumberFormat.plain(12345678));
    assertEquals("1.92e-5", NumberFormat.plain(1.92e-5));
    assertEquals("-0.3333", NumberFormat.plain(-1 / 3.0));
    assertEquals("0.3", NumberFormat.plain(.1 + .2));
    assertEquals("not a number", NumberFormat.plain(Double.NaN));
    assertEquals("∞", NumberFormat.plain(Double.POSITIVE_INFINITY));
  }

  @Test
  void what_is_allowed_reads_as_one_would_say_it() {
    assertEquals("exactly 2", NumberFormat.allowed(Check.near("", "", 2, 2, 0)));
    assertEquals("0.021426 ± 0.0002", NumberFormat.allowed(Check.near("", "", 0, .021426, .0002)));
    assertEquals("≤ 0.05", NumberFormat.allowed(Check.atMost("", "", 0, .05)));
    assertEquals("≥ 10", NumberFormat.allowed(Check.atLeast("", "", 0, 10)));
    assertEquals("2 to 7", NumberFormat.allowed(new Check("", "", 0, 2, 7)));
  }

  @Test
  void a_measurement_just_outside_is_not_rounded_to_the_inside() {
    assertEquals("1.0000015", NumberFormat.measured(Check.near("", "", 1.0000015, 1, 1e-6)));
  }

  @Test
  void typesetting_touches_numbers_only() {
    assertEquals("exactly 5", NumberFormat.typeset("exactly 5"));
    assertEquals("−1.92 × 10⁻⁵ ± 2 × 10⁻⁷", NumberFormat.typeset("-1.92e-5 ± 2e-7"));
  }

  @Test
  void tables_of_checks_do_not_depend_on_the_place() {
    List<Check> checks =
        List.of(
            Check.near("a | b\nc <i>", "paper", 1.5, 1.5, .1),
            Check.atMost("never", "paper", Double.NaN, 1));
    String here = CheckTable.markdown(checks) + CheckTable.text(checks);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals(here, CheckTable.markdown(checks) + CheckTable.text(checks));
      assertEquals("1 of 2 claims hold", CheckTable.summary(checks));
    } finally {
      Locale.setDefault(before);
    }
    assertTrue(here.contains("| yes | a \\| b c &lt;i> | 1.5 | 1.5 ± 0.1 | paper |"), here);
    assertTrue(here.contains("| **no** | never | not a number | ≤ 1 |"), here);
    assertFalse(here.contains("a | b\nc"), here);
  }
}
