package toymodels.run.file;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The shortest decimal that reads back as the same number, the nearest one of that length: the same
 * text on every Java version (Float.toString and Double.toString changed in Java 19), locale and
 * platform.
 */
public final class ShortestDecimal {
  private static final int MAX_PLAIN_EXPONENT = 15;
  private static final int MIN_PLAIN_EXPONENT = -5;

  private ShortestDecimal() {}

  /** Such as {@code 0.1}, {@code -1024.0}, {@code 1.5e-8}, {@code nan}, {@code inf}. */
  public static String shortest(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return special(value);
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal best = new BigDecimal(Double.toString(value));
    best = exact.round(new MathContext(best.precision(), RoundingMode.HALF_EVEN));
    while (best.precision() > 1) {
      BigDecimal shorter =
          exact.round(new MathContext(best.precision() - 1, RoundingMode.HALF_EVEN));
      if (shorter.doubleValue() != value) {
        break;
      }
      best = shorter.stripTrailingZeros();
    }
    return text(best);
  }

  /** Such as {@code 0.1}: the shortest that reads back as the same float. */
  public static String shortest(float value) {
    if (value == 0 || !Float.isFinite(value)) {
      return special(value);
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal best = new BigDecimal(Float.toString(value));
    best = exact.round(new MathContext(best.precision(), RoundingMode.HALF_EVEN));
    while (best.precision() > 1) {
      BigDecimal shorter =
          exact.round(new MathContext(best.precision() - 1, RoundingMode.HALF_EVEN));
      if (shorter.floatValue() != value) {
        break;
      }
      best = shorter.stripTrailingZeros();
    }
    return text(best);
  }

  private static String special(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }

  private static String text(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    int exponent = stripped.precision() - stripped.scale() - 1;
    if (exponent >= MIN_PLAIN_EXPONENT && exponent <= MAX_PLAIN_EXPONENT) {
      String plain = stripped.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = stripped.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? digits.substring(1) : "0";
    String sign = stripped.signum() < 0 ? "-" : "";
    return sign + digits.charAt(0) + "." + fraction + "e" + exponent;
  }
}
