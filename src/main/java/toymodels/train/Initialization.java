package toymodels.train;

import toymodels.model.ModelShape;

/**
 * How initial parameters are drawn: weights normal with mean 0 and one standard deviation, biases
 * all equal, 0 in the published runs.
 *
 * <p>torch's {@code xavier_normal_} on a tensor of all instances counts them as fan, so published
 * results depend on how many instances were trained at once; here that number is a constant of the
 * scheme, never the size of the batch.
 *
 * <p>Biases of 0 leave an output with a ReLU no gradient where its pre-activation is negative for
 * both signs of its feature at the start: one output in four of an absolute-value model. Where
 * features are rare the others push it further down before anything pulls it up. Biases that start
 * at the mean of the targets keep all outputs alive.
 *
 * @param scheme how the standard deviation follows from the shape
 * @param fixedStd the standard deviation of {@link Scheme#FIXED}; NaN with the others
 * @param instances I, the published run's number of instances
 * @param bias every initial bias, from −1e6 to 1e6
 */
public record Initialization(Scheme scheme, double fixedStd, int instances, double bias) {
  private static final double MAX = 1e6;

  /** Standard deviation from F features, H hidden dimensions, I instances. */
  public enum Scheme {
    /** √(2 / (H (F + I))): the official notebook, W of shape (I, F, H). */
    NOTEBOOK("notebook"),
    /** √(2 / (F (H + I))): ARENA, W of shape (I, H, F). */
    ARENA("arena"),
    /** √(2 / (I (F + H))): a JAX replication, with fans swapped. */
    JAX("jax"),
    /** √(2 / (F + H)): Glorot and Bengio 2010 for one model by itself. */
    PER_MODEL("per-model"),
    /** The given number. */
    FIXED("fixed");

    private final String configName;

    Scheme(String configName) {
      this.configName = configName;
    }

    public String configName() {
      return configName;
    }
  }

  /**
   * @throws IllegalArgumentException if the fixed deviation, the number of instances or the bias is
   *     not allowed
   */
  public Initialization {
    if (scheme == Scheme.FIXED && !(fixedStd > 0 && fixedStd <= MAX)) {
      throw new IllegalArgumentException(
          "std of initial weights = %s, allowed is above 0, at most 1e6".formatted(fixedStd));
    }
    if (instances < 1) {
      throw new IllegalArgumentException(
          "instances_ref = %d, allowed is at least 1".formatted(instances));
    }
    if (!(Math.abs(bias) <= MAX)) {
      throw new IllegalArgumentException(
          "initial bias = %s, allowed is -1e6 to 1e6".formatted(bias));
    }
    bias += 0.0; // No negative zero: equal plans are written alike.
  }

  /** The notebook's scheme at its ten instances. */
  public static Initialization notebook() {
    return of(Scheme.NOTEBOOK, 10);
  }

  public static Initialization of(Scheme scheme, int instances) {
    return new Initialization(scheme, Double.NaN, instances, 0);
  }

  public static Initialization fixed(double std) {
    return new Initialization(Scheme.FIXED, std, 1, 0);
  }

  public Initialization withBias(double value) {
    return new Initialization(scheme, fixedStd, instances, value);
  }

  /** The standard deviation of every initial weight of a model of this shape. */
  public double std(ModelShape shape) {
    double f = shape.features();
    double h = shape.hidden();
    double i = instances;
    return switch (scheme) {
      case NOTEBOOK -> Math.sqrt(2 / (h * (f + i)));
      case ARENA -> Math.sqrt(2 / (f * (h + i)));
      case JAX -> Math.sqrt(2 / (i * (f + h)));
      case PER_MODEL -> Math.sqrt(2 / (f + h));
      case FIXED -> fixedStd;
    };
  }
}
