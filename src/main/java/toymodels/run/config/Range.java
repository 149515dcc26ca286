package toymodels.run.config;

/**
 * The numbers a key allows.
 *
 * @param low the smallest, itself allowed unless {@code above}
 * @param high the largest
 * @param above whether {@code low} itself is not allowed
 */
record Range(double low, double high, boolean above) {
  static Range of(double low, double high) {
    return new Range(low, high, false);
  }

  static Range above(double low, double high) {
    return new Range(low, high, true);
  }

  boolean contains(double value) {
    return value <= high && (above ? value > low : value >= low);
  }

  @Override
  public String toString() {
    return above
        ? "above %s, at most %s".formatted(text(low), text(high))
        : "%s to %s".formatted(text(low), text(high));
  }

  private static String text(double value) {
    if (value == 0x1p-31) {
      return "2^-31";
    }
    if (value == Float.MIN_NORMAL) {
      return "2^-126";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e10) {
      return Long.toString((long) value);
    }
    return value == Long.MAX_VALUE
        ? "2^63 - 1"
        : value == Long.MIN_VALUE ? "-2^63" : toymodels.run.file.ShortestDecimal.shortest(value);
  }
}
