package toymodels.viewer.internal.scene;

import java.util.Locale;

/** Numbers as text, the same in every language setting. */
public final class ShortNumbers {
  private ShortNumbers() {}

  /** Such as 10,000. */
  public static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Three significant digits, such as 0.0312 or 1.25. */
  public static String short3(double value) {
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
  public static String fixed2(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replace("-", "−");
  }
}
