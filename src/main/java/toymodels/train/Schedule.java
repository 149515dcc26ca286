package toymodels.train;

/** How the learning rate changes over the steps after the warm-up, as the notebook defines it. */
public enum Schedule {
  /** 1 at every step. */
  CONSTANT("constant") {
    @Override
    double factor(int step, int steps) {
      return 1;
    }
  },
  /** 1 − step / steps. */
  LINEAR("linear") {
    @Override
    double factor(int step, int steps) {
      return 1 - (double) step / steps;
    }
  },
  /** cos(½ π step / (steps − 1)). */
  COSINE("cosine") {
    @Override
    double factor(int step, int steps) {
      return steps < 2 ? 1 : StrictMath.cos(0.5 * StrictMath.PI * step / (steps - 1));
    }
  };

  private final String configName;

  Schedule(String configName) {
    this.configName = configName;
  }

  public String configName() {
    return configName;
  }

  /** The factor on the learning rate at {@code step} of {@code steps}, step from 0. */
  abstract double factor(int step, int steps);
}
