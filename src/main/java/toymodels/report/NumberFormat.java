package toymodels.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as a reader wants them: as many significant digits as carry meaning, never 17. */
public final class NumberFormat {
  /** Significant digits where nothing asks for more. */
  static final int USUAL = 4;

  /** Significant digits of an exact number. */
  private static final int EXACT = 6;

  /** Significant digits of a number whose error is not known. */
  private static final int FEW = 3;

  private static final int MOST = 9;
  private static final Pattern POWER = Pattern.compile("(?<=\\d)e(-?\\d+)");

  private NumberFormat() {}

  /** The number with four significant digits, such as 0.1829, 12345 or 1.83e-5. */
  static String plain(double value) {
    return plain(value, USUAL);
  }

  /** The number with the given significant digits; whole numbers below a million stay whole. */
  public static String plain(double value, int significant) {
    if (Double.isNaN(value)) {
      return "not a number";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "-∞";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e6) {
      return Long.toString((long) value);
    }
    BigDecimal rounded =
        new BigDecimal(value)
            .round(new MathContext(significant, RoundingMode.HALF_EVEN))
            .stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 6) {
      return rounded.toPlainString();
    }
    BigDecimal mantissa = rounded.movePointLeft(exponent).stripTrailingZeros();
    return mantissa.toPlainString() + "e" + exponent;
  }

  /**
   * A measured number with its standard error, both to the second digit of the error, such as
   * "0.00891 ± 0.00012"; without the error where that is 0, since the number is exact, and to three
   * digits where it is not known.
   */
  public static String withError(double value, double error) {
    if (error == 0 || !Double.isFinite(value)) {
      return plain(value, EXACT);
    }
    if (!Double.isFinite(error)) {
      return plain(value, FEW) + " ± unknown";
    }
    if (error >= Math.abs(value)) {
      return plain(value, 2) + " ± " + plain(error, 2);
    }
    int digits =
        2 + (int) (Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(error)));
    return fixed(value, Math.min(digits, MOST)) + " ± " + fixed(error, 2);
  }

  /** The number with the given significant digits, zeros at the end among them. */
  private static String fixed(double value, int significant) {
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(significant, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 6) {
      return rounded
          .setScale(Math.max(0, significant - 1 - exponent), RoundingMode.HALF_EVEN)
          .toPlainString();
    }
    BigDecimal mantissa = rounded.movePointLeft(exponent);
    return mantissa.setScale(significant - 1, RoundingMode.HALF_EVEN).toPlainString()
        + "e"
        + exponent;
  }

  /** The text with a true minus sign and ×10ⁿ for the numbers in it, for a page. */
  static String typeset(String text) {
    Matcher powers = POWER.matcher(text);
    StringBuilder out = new StringBuilder();
    while (powers.find()) {
      StringBuilder power = new StringBuilder(" × 10");
      for (char c : powers.group(1).toCharArray()) {
        power.append(c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0'));
      }
      powers.appendReplacement(out, power.toString());
    }
    return powers.appendTail(out).toString().replace('-', '−');
  }

  /** What a check measured, with enough digits to tell it from the ends of what is allowed. */
  static String measured(Check check) {
    return plain(check.measured(), significant(check));
  }

  /** What a check allows: "≥ 2", "0.1 ± 0.005", "2 to 7" or "exactly 5". */
  static String allowed(Check check) {
    double low = check.low();
    double high = check.high();
    if (Double.isInfinite(low)) {
      return Double.isInfinite(high) ? "any number" : "≤ " + plain(high);
    }
    if (Double.isInfinite(high)) {
      return "≥ " + plain(low);
    }
    if (low == high) {
      return "exactly " + plain(low);
    }
    double middle = (low + high) / 2;
    double half = (high - low) / 2;
    if (half < Math.abs(middle) / 4) {
      return plain(middle, significant(check)) + " ± " + plain(half, 2);
    }
    return plain(low) + " to " + plain(high);
  }

  private static int significant(Check check) {
    double half = (check.high() - check.low()) / 2;
    double size = Math.max(Math.abs(check.low()), Math.abs(check.high()));
    if (Double.isNaN(half) || Double.isInfinite(half) || half == 0) {
      return USUAL;
    }
    int needed = (int) Math.ceil(Math.log10(size / half)) + 2;
    return Math.max(USUAL, Math.min(MOST, needed));
  }
}
