package toymodels.viewer;

import java.util.Locale;

/** Numbers for people, the same in every language setting. */
final class Numbers {
  private Numbers() {}

  /** Such as 10,000. */
  static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Three significant digits, such as 0.0312 or 1.25. */
  static String short3(double value) {
    if (Double.isNaN(value)) {
      return "?";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e5)) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    int digits =
        size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 || size == 0 ? 2 : size >= 0.1 ? 3 : 4;
    return String.format(Locale.ROOT, "%." + digits + "f", value).replace("-", "−");
  }

  /** Two digits after the point, with a sign of the right length. */
  static String fixed2(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replace("-", "−");
  }
}
