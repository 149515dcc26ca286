package toymodels.analysis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Wattenberg's theory of the phase diagram: which of four explicit models, of unit norms and biases
 * 0 where features are represented, has the lowest loss (wattenberg/superposition; Elhage et al.
 * 2022, Superposition as a Phase Change). The last feature is the extra one, of importance r.
 */
public enum PhaseTheory {
  /** The extra feature is not represented. */
  IGNORE_LAST("extra feature not represented") {
    @Override
    public double loss(double r, double p) {
      return r * ClosedForms.dead(p);
    }
  },
  /** The extra feature has a dimension of its own, the first is given up for it. */
  IGNORE_FIRST("extra feature has a dedicated dimension") {
    @Override
    public double loss(double r, double p) {
      return ClosedForms.dead(p);
    }
  },
  /** The last two features are antipodal: the extra one is in superposition. */
  SUPERPOSE_LAST_TWO("extra feature in superposition") {
    @Override
    public double loss(double r, double p) {
      return ClosedForms.antipodalPair(p, 1, r);
    }
  },
  /** The first two are antipodal, the extra one has its own dimension; three features only. */
  SUPERPOSE_FIRST_TWO("other two in superposition") {
    @Override
    public double loss(double r, double p) {
      return ClosedForms.antipodalPair(p, 1, 1);
    }
  };

  private final String label;

  PhaseTheory(String label) {
    this.label = label;
  }

  /** What becomes of the extra feature, in words. */
  public String label() {
    return label;
  }

  /**
   * The model's expected loss, a sum over features.
   *
   * @param r relative importance of the extra feature
   * @param p density
   */
  public abstract double loss(double r, double p);

  /** The models that exist for n features in n − 1 dimensions, n = 2 or 3. */
  public static List<PhaseTheory> models(int features) {
    if (features != 2 && features != 3) {
      throw new IllegalArgumentException(
          "phase diagram of %d features, allowed are 2 and 3".formatted(features));
    }
    return Arrays.asList(values()).subList(0, features + 1);
  }

  /** The model of lowest loss. */
  public static PhaseTheory best(int features, double r, double p) {
    return models(features).stream()
        .min(Comparator.comparingDouble(m -> m.loss(r, p)))
        .orElseThrow();
  }

  /**
   * The density below which two features are in superposition: 4r / (2 + 5r) for r ≤ 1; beyond, 4 /
   * (5 + 2r) for two features and 4/7 for three.
   */
  public static double boundary(int features, double r) {
    models(features);
    if (r <= 1) {
      return 4 * r / (2 + 5 * r);
    }
    return features == 2 ? 4 / (5 + 2 * r) : 4.0 / 7;
  }
}
