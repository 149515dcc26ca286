package toymodels.analysis;

import java.util.Arrays;
import toymodels.data.Importance;

/**
 * Expected losses that can be written down, as sums over features, for inputs that are uniform on
 * [0, 1] with probability p (derived in Elhage et al. 2022, Wattenberg's theory notebook, and by
 * integration).
 */
public final class ClosedForms {
  private ClosedForms() {}

  /** A feature that is not represented, its bias at the mean p/2: Var x = p/3 − p²/4. */
  public static double dead(double p) {
    return p / 3 - p * p / 4;
  }

  /** A unit antipodal pair with biases 0: (I₁ + I₂) p²/6, since E min(u, v)² = 1/6. */
  public static double antipodalPair(double p, double importance1, double importance2) {
    return (importance1 + importance2) * p * p / 6;
  }

  /**
   * A model that represents its first {@code represented} features perfectly and no others: the
   * linear model at any density (principal components), and every model without superposition.
   */
  public static double withoutSuperposition(double p, Importance importance, int represented) {
    return Arrays.stream(importance.values()).skip(represented).sum() * dead(p);
  }

  /** An absolute-value model of m neurons without superposition: two neurons a feature. */
  public static double absoluteValueFloor(double p, Importance importance, int neurons) {
    return withoutSuperposition(p, importance, neurons / 2);
  }

  /** n features of importance 1 in which q antipodal pairs are represented and the rest dead. */
  public static double digons(double p, int features, int pairs) {
    return pairs * antipodalPair(p, 1, 1) + (features - 2 * pairs) * dead(p);
  }

  /**
   * k members of a correlated set collapsed onto one direction, each of norm 1/√k: every member
   * reads their mean, L = p (k − 1) / 12. The plateau of two sets of three in three dimensions is
   * twice this, p/3.
   */
  public static double collapsedSet(double p, int members) {
    return p * (members - 1) / 12;
  }

  /**
   * The exact loss of two features in one dimension with biases 0 (McGrath's comment on the paper):
   * importance 1 and r, weights w₁ and w₂.
   */
  public static double twoFeatures(double w1, double w2, double r, double p) {
    double c = w1 * w2;
    double a1 = w1 * w1;
    double a2 = w2 * w2;
    double relu = Math.max(c, 0);
    double one = ((1 - a1) * (1 - a1) + r * (1 - a2) * (1 - a2) + (1 + r) * relu * relu) / 3;
    return p * (1 - p) * one + p * p * (both(a1, c) + r * both(a2, c));
  }

  /** E (x₁ − ReLU(a x₁ + c x₂))² over the unit square, a ≥ 0. */
  private static double both(double a, double c) {
    if (c >= 0) {
      return (1 - a) * (1 - a) / 3 + c * c / 3 - (1 - a) * c / 2;
    }
    double d = -c;
    double q = Math.max(a - d, 0);
    double cubes = a * a * a - q * q * q;
    double fourths = a * a * a * a - q * q * q * q;
    return 1.0 / 3
        - 2 * (cubes / (6 * a * d) - fourths / (24 * a * a * d))
        + fourths / (12 * a * d);
  }
}
