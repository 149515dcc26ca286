package toymodels.analysis;

import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;

/**
 * The limit of high sparsity: exactly one of c features is active, uniform on [0, 1], and the loss
 * is H / (3c) with a potential H in closed form (Chen et al. 2023, "Dynamical versus Bayesian phase
 * transitions in a toy model of superposition").
 *
 * <p>With two hidden dimensions its known minima are k-gons, alone or with features that are dead;
 * at most one dead feature has a positive bias 1/(2c), written k+.
 */
public final class ChenPotential {
  private ChenPotential() {}

  /**
   * H(W, b) = Σᵢ Hᵢ, with N = (1 − l²)² − 3 (1 − l²) b + 3 b², l = ‖Wᵢ‖, aᵢⱼ = Wᵢ · Wⱼ.
   *
   * @param geometry Wᵢ, c features
   * @param b biases, (features)
   */
  public static double of(Geometry geometry, double[] b) {
    double sum = 0;
    for (int i = 0; i < b.length; i++) {
      sum += b[i] <= 0 ? closed(geometry, i, b[i]) : open(geometry, i, b[i]);
    }
    return sum;
  }

  private static double closed(Geometry geometry, int i, double b) {
    double h = 0;
    for (int j = 0; j < geometry.features(); j++) {
      double a = geometry.dot(i, j);
      if (j != i && a > 0 && -a <= b) {
        h += Math.pow(a + b, 3) / a;
      }
    }
    double square = geometry.dot(i, i);
    return -square <= b && square > 0
        ? h + b * b * b / (square * square) + b * b * b / square + own(square, b)
        : h + 1;
  }

  private static double open(Geometry geometry, int i, double b) {
    double h = own(geometry.dot(i, i), b);
    for (int j = 0; j < geometry.features(); j++) {
      double a = geometry.dot(i, j);
      if (j != i) {
        h += -a > b ? -b * b * b / a : a * a + 3 * a * b + 3 * b * b;
      }
    }
    return h;
  }

  private static double own(double square, double b) {
    return (1 - square) * (1 - square) - 3 * (1 - square) * b + 3 * b * b;
  }

  /** The best k-gon of k features: norm l*, bias b* and loss L(k, k), by the exact loss. */
  public static RegularMinimum polygon(int k) {
    return RegularMinimum.of(Polytope.polygon(k), 2, oneActive(k));
  }

  /**
   * The loss of a k-gon of c features, (h_k + c − k) / (3c), less 1 / (4c²) if one dead feature has
   * its best bias, 1 / (2c).
   *
   * @param plus whether it has
   */
  public static double loss(int k, int c, boolean plus) {
    double h = 3 * k * polygon(k).loss();
    return (h + c - k) / (3.0 * c) - (plus ? 1.0 / (4.0 * c * c) : 0);
  }

  /**
   * The real log canonical threshold of a k-gon, k ≥ 5: half the number of directions in which the
   * loss rises, all 3k but the rotation, and three more for a dead feature with positive bias. Dead
   * features with negative bias are free.
   *
   * @throws IllegalArgumentException for the 4-gon, whose threshold is no such count
   */
  public static double learningCoefficient(int k, boolean plus) {
    if (k < 5) {
      throw new IllegalArgumentException(
          "learning coefficient of the %d-gon, in closed form from the 5-gon on".formatted(k));
    }
    return (3 * k - 1) / 2.0 + (plus ? 1.5 : 0);
  }

  /** Inputs of which exactly one of c features is active, each as often. */
  public static FeatureDistribution oneActive(int c) {
    return FeatureDistribution.coupled(Coupling.ANTICORRELATED, 1, c, 1);
  }
}
