package toymodels.report;

import java.util.Base64;

/** A matrix as a colour map from blue to red, whose values the page reads under the pointer. */
final class Cells {
  /** Values travel as bytes, in steps of this part of the scale's end. */
  private static final double STEP = .01;

  private Cells() {}

  /**
   * @param values row by row
   * @param name of the matrix, which the page shows with the place and the value
   * @param extent the value with the strongest colour
   */
  static void draw(
      SvgCanvas svg,
      double x,
      double y,
      double width,
      double height,
      double[] values,
      int columns,
      String name,
      double extent) {
    int[] colours = new int[values.length];
    byte[] steps = new byte[values.length];
    double unit = STEP * extent;
    for (int i = 0; i < values.length; i++) {
      colours[i] = ColourScales.diverging(values[i] / extent);
      steps[i] =
          (byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, Math.round(values[i] / unit)));
    }
    svg.cells(
        x,
        y,
        width,
        height,
        colours,
        columns,
        "data-cells",
        Base64.getEncoder().encodeToString(steps),
        "data-columns",
        columns,
        "data-name",
        name,
        "data-unit",
        Double.toString(unit));
    svg.rect(
        x, y, width, height, "fill", "none", "stroke", "var(--rule)", "pointer-events", "none");
  }
}
