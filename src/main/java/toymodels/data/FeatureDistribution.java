package toymodels.data;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How inputs are drawn: feature i is zero with probability 1 − pᵢ, else uniform on [0, 1], or on
 * [−1, 1] when signed (Elhage et al. 2022, Experiment Setup).
 *
 * <p>With a coupling, each set has one density: members of a correlated set are active together,
 * each with its density p; of an anticorrelated set of k members exactly one is active with
 * probability p, so each with p / k. Features outside all sets are independent.
 */
public final class FeatureDistribution {
  /** The smallest density above 0 that the 31-bit threshold of {@link Inputs} can hold. */
  public static final double MIN_DENSITY = 0x1p-31;

  private final double[] density;
  private final Coupling coupling;
  private final List<int[]> sets;
  private final boolean signed;
  private final int[] setOf;

  /**
   * @param density pᵢ = 1 − Sᵢ, (features), each 0 (never active) or from {@link #MIN_DENSITY} to
   *     1; one density within a set
   * @param coupling which features are active together
   * @param sets disjoint sets of feature indices; empty when independent
   * @param signed whether active values are uniform on [−1, 1] instead of [0, 1]
   * @throws IllegalArgumentException if a density or a set is not allowed
   */
  public FeatureDistribution(
      double[] density, Coupling coupling, List<int[]> sets, boolean signed) {
    this.density = density.clone();
    this.coupling = coupling;
    this.sets = sets.stream().map(int[]::clone).toList();
    this.signed = signed;
    this.setOf = new int[density.length];
    Arrays.fill(setOf, -1);
    checkDensities();
    checkSets();
  }

  /** Independent features of one density. */
  public static FeatureDistribution independent(int features, double density) {
    double[] densities = new double[features];
    Arrays.fill(densities, density);
    return new FeatureDistribution(densities, Coupling.INDEPENDENT, List.of(), false);
  }

  /** Consecutive features in equal sets of the given size, coupled, of one density. */
  public static FeatureDistribution coupled(
      Coupling coupling, int sets, int setSize, double density) {
    double[] densities = new double[sets * setSize];
    Arrays.fill(densities, density);
    int[][] members = new int[sets][setSize];
    for (int i = 0; i < densities.length; i++) {
      members[i / setSize][i % setSize] = i;
    }
    return new FeatureDistribution(densities, coupling, List.of(members), false);
  }

  /** The same inputs with a random sign on every active feature. */
  public FeatureDistribution withSigns() {
    return new FeatureDistribution(density, coupling, sets, true);
  }

  private void checkDensities() {
    if (density.length == 0) {
      throw new IllegalArgumentException("density has no values, needed is one a feature");
    }
    for (int i = 0; i < density.length; i++) {
      if (density[i] != 0 && !(density[i] >= MIN_DENSITY && density[i] <= 1)) {
        throw new IllegalArgumentException(
            "density of feature %d = %s, allowed is 0, or from 2^-31 to 1 (it is 1 - sparsity)"
                .formatted(i, density[i]));
      }
    }
  }

  private void checkSets() {
    if (coupling == Coupling.INDEPENDENT && !sets.isEmpty()) {
      throw new IllegalArgumentException(
          "independent features have no sets, but there are "
              + sets.size()
              + ": use the coupling correlated or anticorrelated, or remove the sets");
    }
    if (coupling != Coupling.INDEPENDENT && sets.isEmpty()) {
      throw new IllegalArgumentException(
          coupling.configName() + " features need sets, such as [[0, 1], [2, 3]]");
    }
    for (int s = 0; s < sets.size(); s++) {
      if (sets.get(s).length == 0) {
        throw new IllegalArgumentException("set %d is empty".formatted(s));
      }
      for (int i : sets.get(s)) {
        checkMember(s, i);
        setOf[i] = s;
      }
    }
  }

  private void checkMember(int set, int feature) {
    if (feature < 0 || feature >= density.length) {
      throw new IllegalArgumentException(
          "set %d names feature %d, allowed is 0 to %d"
              .formatted(set, feature, density.length - 1));
    }
    if (setOf[feature] >= 0) {
      throw new IllegalArgumentException(
          "feature %d stands in two sets or twice in one: sets must be disjoint"
              .formatted(feature));
    }
    if (density[feature] != density[sets.get(set)[0]]) {
      throw new IllegalArgumentException(
          "features %d and %d of set %d have densities %s and %s: a set has one density"
              .formatted(
                  sets.get(set)[0], feature, set, density[sets.get(set)[0]], density[feature]));
    }
  }

  public int features() {
    return density.length;
  }

  /** The density given for feature i: of itself, or of its set. */
  public double density(int feature) {
    return density[feature];
  }

  /** P(xᵢ ≠ 0): the density, over the set's size in an anticorrelated set. */
  public double activeProbability(int feature) {
    int set = setOf[feature];
    return set >= 0 && coupling == Coupling.ANTICORRELATED
        ? density[feature] / sets.get(set).length
        : density[feature];
  }

  public double[] densities() {
    return density.clone();
  }

  /** "density 0.1", or "densities 0.1 to 0.9" where features differ; three digits of each. */
  public String densityText() {
    double least = Arrays.stream(density).min().orElseThrow();
    double largest = Arrays.stream(density).max().orElseThrow();
    return least == largest
        ? "density " + threeDigits(least)
        : "densities " + threeDigits(least) + " to " + threeDigits(largest);
  }

  private static String threeDigits(double p) {
    BigDecimal rounded = new BigDecimal(p).round(new MathContext(3));
    return rounded.stripTrailingZeros().toString().toLowerCase(Locale.ROOT);
  }

  public Coupling coupling() {
    return coupling;
  }

  /** Copies of the sets of coupled features. */
  public List<int[]> sets() {
    return sets.stream().map(int[]::clone).toList();
  }

  /** The set that holds the feature, or −1. */
  public int setOf(int feature) {
    return setOf[feature];
  }

  public boolean signed() {
    return signed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureDistribution that
        && Arrays.equals(density, that.density)
        && coupling == that.coupling
        && Arrays.equals(setOf, that.setOf)
        && signed == that.signed
        && Arrays.deepEquals(sets.toArray(), that.sets.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(density) * 31 + Arrays.hashCode(setOf);
  }
}
