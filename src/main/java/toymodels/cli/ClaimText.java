package toymodels.cli;

import java.util.Locale;
import toymodels.report.Check;
import toymodels.report.CheckTable;

/** A checked claim as a line of text. */
final class ClaimText {
  private ClaimText() {}

  /** Such as " holds features represented at density 0.1: 5 (allowed is 5)". */
  static String of(Check check) {
    return "  %s  %s: %s (allowed is %s)"
        .formatted(CheckTable.word(check), check.claim(), number(check.measured()), range(check));
  }

  private static String range(Check check) {
    if (check.low() == Double.NEGATIVE_INFINITY) {
      return "at most " + number(check.high());
    }
    if (check.high() == Double.POSITIVE_INFINITY) {
      return "at least " + number(check.low());
    }
    return check.low() == check.high()
        ? number(check.low())
        : number(check.low()) + " to " + number(check.high());
  }

  /** Four significant digits, without zeros at the end. */
  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e6) {
      return Long.toString((long) value);
    }
    if (Math.abs(value) < 1e-3) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    String text = String.format(Locale.ROOT, "%.4g", value);
    return text.contains("e") ? text : text.replaceAll("0+$", "");
  }
}
