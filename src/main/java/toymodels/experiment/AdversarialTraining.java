package toymodels.experiment;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Trains one ReLU-output model on inputs that are attacked: each input is moved along the direction
 * that most raises one output, chosen at random, by a share of its own length, and should be
 * restored as it was. Plain loops in double, Adam with a falling rate; deterministic.
 */
final class AdversarialTraining {
  private static final int FEATURES = 20;
  private static final int HIDDEN = 5;
  private static final double DENSITY = 0.1;
  private static final int BATCH = 64;
  private static final int STEPS = 4000;
  private static final double RATE = 1e-2;

  private final double strength;
  private final SplittableRandom random;
  private final double[] parameters = new double[FEATURES * HIDDEN + FEATURES];
  private final double[] gradient = new double[parameters.length];
  private final double[] x = new double[FEATURES];
  private final double[] attacked = new double[FEATURES];
  private final double[] h = new double[HIDDEN];
  private final double[] dh = new double[HIDDEN];

  private AdversarialTraining(double strength, long seed) {
    this.strength = strength;
    this.random = new SplittableRandom(seed);
    for (int k = 0; k < FEATURES * HIDDEN; k++) {
      parameters[k] = 0.4 * (random.nextDouble() - 0.5);
    }
  }

  /**
   * The trained directions.
   *
   * @param strength length of the attack over that of the input, at least 0
   * @return W, (features, hidden) with {@link #hidden} columns
   */
  static double[] train(double strength, long seed) {
    AdversarialTraining training = new AdversarialTraining(strength, seed);
    double[] m = new double[training.parameters.length];
    double[] v = new double[training.parameters.length];
    for (int step = 1; step <= STEPS; step++) {
      Arrays.fill(training.gradient, 0);
      for (int s = 0; s < BATCH; s++) {
        training.addSample();
      }
      double rate =
          RATE
              * (1 - (step - 1.0) / STEPS)
              * Math.sqrt(1 - Math.pow(0.999, step))
              / (1 - Math.pow(0.9, step));
      for (int k = 0; k < m.length; k++) {
        double g = training.gradient[k] / BATCH;
        m[k] += 0.1 * (g - m[k]);
        v[k] += 0.001 * (g * g - v[k]);
        training.parameters[k] -= rate * m[k] / (Math.sqrt(v[k]) + 1e-8);
      }
    }
    return Arrays.copyOf(training.parameters, FEATURES * HIDDEN);
  }

  static int hidden() {
    return HIDDEN;
  }

  private void addSample() {
    double square = 0;
    for (int i = 0; i < FEATURES; i++) {
      x[i] = random.nextDouble() < DENSITY ? random.nextDouble() : 0;
      square += x[i] * x[i];
    }
    attack(random.nextInt(FEATURES), strength * Math.sqrt(square));
    Arrays.fill(h, 0);
    Arrays.fill(dh, 0);
    for (int i = 0; i < FEATURES; i++) {
      for (int j = 0; j < HIDDEN; j++) {
        h[j] += parameters[i * HIDDEN + j] * attacked[i];
      }
    }
    for (int i = 0; i < FEATURES; i++) {
      double z = parameters[FEATURES * HIDDEN + i];
      for (int j = 0; j < HIDDEN; j++) {
        z += parameters[i * HIDDEN + j] * h[j];
      }
      double d = z > 0 ? 2 * (z - x[i]) : 0;
      gradient[FEATURES * HIDDEN + i] += d;
      for (int j = 0; j < HIDDEN; j++) {
        gradient[i * HIDDEN + j] += d * h[j];
        dh[j] += d * parameters[i * HIDDEN + j];
      }
    }
    for (int i = 0; i < FEATURES; i++) {
      for (int j = 0; j < HIDDEN; j++) {
        gradient[i * HIDDEN + j] += dh[j] * attacked[i];
      }
    }
  }

  /** The input plus ε Gₖ / ‖Gₖ‖. */
  private void attack(int target, double epsilon) {
    double length = 0;
    for (int i = 0; i < FEATURES; i++) {
      attacked[i] = 0;
      for (int j = 0; j < HIDDEN; j++) {
        attacked[i] += parameters[i * HIDDEN + j] * parameters[target * HIDDEN + j];
      }
      length += attacked[i] * attacked[i];
    }
    double scale = length > 0 ? epsilon / Math.sqrt(length) : 0;
    for (int i = 0; i < FEATURES; i++) {
      attacked[i] = x[i] + scale * attacked[i];
    }
  }
}
