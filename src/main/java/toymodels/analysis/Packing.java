package toymodels.analysis;

/**
 * How many directions fit into d dimensions, and how nearly orthogonal they can be: classical
 * bounds on the largest |cosine| between N lines, and what random directions do.
 */
public final class Packing {
  private static final int PANELS = 4000;

  private Packing() {}

  /** Welch 1974: N unit vectors have max |cos| ≥ √((N − d) / (d (N − 1))); 0 for N ≤ d. */
  public static double welch(long vectors, int dimensions) {
    return vectors <= dimensions
        ? 0
        : Math.sqrt((vectors - dimensions) / (dimensions * (vectors - 1.0)));
  }

  /**
   * Levenshtein 1982: max |cos| ≥ √((3N − d² − 2d) / ((d + 2)(N − d))), stronger than Welch's for N
   * above d (d + 1) / 2 real lines; 0 where it says nothing.
   */
  public static double levenshtein(long vectors, int dimensions) {
    double d = dimensions;
    double numerator = 3.0 * vectors - d * d - 2 * d;
    return vectors <= d * (d + 1) / 2 || numerator <= 0
        ? 0
        : Math.sqrt(numerator / ((d + 2) * (vectors - d)));
  }

  /** The stronger of both bounds on the largest |cosine|. */
  public static double leastMaxCosine(long vectors, int dimensions) {
    return Math.max(welch(vectors, dimensions), levenshtein(vectors, dimensions));
  }

  /**
   * The relative bound: with all |cos| ≤ ε and d ε² &lt; 1 there are at most d (1 − ε²) / (1 − d
   * ε²) vectors; infinite where d ε² ≥ 1, from where the number may grow exponentially.
   */
  public static double mostVectors(int dimensions, double maxCosine) {
    double square = maxCosine * maxCosine;
    return dimensions * square >= 1
        ? Double.POSITIVE_INFINITY
        : Math.floor(dimensions * (1 - square) / (1 - dimensions * square));
  }

  /** The cosine of the angle that is so many degrees from a right angle. */
  public static double cosineOfDegreesFromRight(double degrees) {
    return Math.sin(Math.toRadians(degrees));
  }

  /** The share of pairs of random directions with |cos| ≤ ε: erf(ε √(d/2)), cos being N(0, 1/d). */
  public static double randomShare(int dimensions, double maxCosine) {
    return erf(maxCosine * Math.sqrt(dimensions / 2.0));
  }

  /**
   * How many random directions all have |cos| ≤ ε with probability 1 − δ at least, by the union
   * bound: √δ exp(d ε² / 4). Far below what fits, but without a constant to know.
   */
  public static double unionBound(int dimensions, double maxCosine, double failure) {
    return Math.sqrt(failure) * Math.exp(dimensions * maxCosine * maxCosine / 4);
  }

  /** 2/√π ∫₀ˣ exp(−t²) dt, by Simpson's rule. */
  static double erf(double x) {
    double end = Math.min(x, 6);
    double h = end / PANELS;
    double sum = 1 + Math.exp(-end * end);
    for (int k = 1; k < PANELS; k++) {
      double t = k * h;
      sum += (k % 2 == 0 ? 2 : 4) * Math.exp(-t * t);
    }
    return 2 / Math.sqrt(Math.PI) * sum * h / 3;
  }
}
