package toymodels.cli;

import java.util.Locale;

/** Numbers as text: three digits and a unit. */
final class Units {
  private static final String[] COUNTS = {"", " k", " M", " G", " T"};
  private static final String[] BYTES = {" B", " KiB", " MiB", " GiB", " TiB"};

  private Units() {}

  /** Such as 1.23 M. */
  static String count(double value) {
    return scaled(value, 1000, COUNTS);
  }

  /** Such as 1.50 GiB. */
  static String bytes(long value) {
    return scaled(value, 1024, BYTES);
  }

  private static String scaled(double value, int base, String[] units) {
    int unit = 0;
    while (value >= base && unit < units.length - 1) {
      value /= base;
      unit++;
    }
    String digits = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, unit == 0 ? "%.0f" : digits, value) + units[unit];
  }

  /** A time in seconds, such as 12 s, 3 min 20 s, 2 h 5 min. */
  static String time(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600
        ? "%d min %d s".formatted(s / 60, s % 60)
        : "%d h %d min".formatted(s / 3600, s % 3600 / 60);
  }
}
