package toymodels.report;

/** Whether the arrays of a figure fit together. */
final class Shapes {
  private Shapes() {}

  /** Throws {@link IllegalArgumentException} unless an array has the length that the others ask. */
  static void require(String where, String array, int length, int needed) {
    if (length != needed) {
      throw new IllegalArgumentException(
          "figure '%s': %s has %s values, but its other arrays ask for %s"
              .formatted(where, array, length, needed));
    }
  }
}
