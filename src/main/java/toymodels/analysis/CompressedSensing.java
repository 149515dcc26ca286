package toymodels.analysis;

/**
 * How features in a dimension may grow with sparsity if the model recovers its inputs as compressed
 * sensing does (Elhage et al. 2022, appendix Compressed Sensing): with k = O(n p) active features,
 * m = Ω(k log(n / k)) gives n/m ≤ C / (−p log p).
 *
 * <p>C is unknown, and the theorem assumes that the embedding keeps the lengths of sparse vectors
 * (the restricted isometry property), so this is a shape to compare with and no hard bound.
 */
public final class CompressedSensing {
  private CompressedSensing() {}

  /**
   * C / (−p log p), features a dimension.
   *
   * @param p density, in (0, 1)
   * @param constant C
   */
  public static double featuresPerDimension(double p, double constant) {
    if (!(p > 0 && p < 1)) {
      throw new IllegalArgumentException(
          "compressed sensing at density %s, allowed is above 0 and below 1".formatted(p));
    }
    return constant / (-p * Math.log(p));
  }

  /** The C whose curve touches measured points from above: the largest of n/m · (−p log p). */
  public static double constantOver(double[] p, double[] featuresPerDimension) {
    double constant = 0;
    for (int k = 0; k < p.length; k++) {
      constant = Math.max(constant, featuresPerDimension[k] / featuresPerDimension(p[k], 1));
    }
    return constant;
  }
}
