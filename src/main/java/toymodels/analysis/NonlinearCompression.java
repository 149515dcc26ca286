package toymodels.analysis;

/**
 * Two numbers in one by a nonlinear code (Elhage et al. 2022, appendix Nonlinear Compression): t =
 * (⌊Z x⌋ + y) / Z, read back as the cell of t and the place within it. A network cannot jump, so ⌊Z
 * x⌋ rises from each integer to the next over a ramp of width ε, centred on the jump; the decoder
 * is exact. x and y are uniform on [0, 1].
 */
public final class NonlinearCompression {
  /** Mean squared error a dimension of the best linear code, which keeps one of the two: 1/24. */
  public static final double LINEAR = 1.0 / 24;

  private NonlinearCompression() {}

  /**
   * The mean squared error a dimension: half of (1 + (Z − 1) ε² / Z) / (12 Z²) for x and (Z − 1) ε
   * / (6 Z) for y, by integration over cells and ramps.
   *
   * @param cells Z, at least 1
   * @param ramp ε, the share of a cell over which the floor rises, 0 to 1
   */
  public static double meanSquaredError(int cells, double ramp) {
    if (cells < 1 || !(ramp >= 0 && ramp <= 1)) {
      throw new IllegalArgumentException(
          "compression into %d cells with ramps of %s, allowed are 1 cell or more, ramps 0 to 1"
              .formatted(cells, ramp));
    }
    double inner = (cells - 1.0) / cells;
    double errorX = (1 + inner * ramp * ramp) / (12.0 * cells * cells);
    double errorY = inner * ramp / 6;
    return (errorX + errorY) / 2;
  }

  /** ⌊v⌋ for v in [0, Z] with ramps of width ε: the encoder's staircase. */
  public static double staircase(double v, int cells, double ramp) {
    double nearest = Math.rint(v);
    if (nearest >= 1 && nearest <= cells - 1 && Math.abs(v - nearest) < ramp / 2) {
      return nearest - 1 + (v - nearest) / ramp + 0.5;
    }
    return Math.min(Math.floor(v), cells - 1);
  }
}
