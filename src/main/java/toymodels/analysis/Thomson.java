package toymodels.analysis;

import java.util.SplittableRandom;

/**
 * Thomson's problem: points on the sphere that repel each other with energy Σ_{i&lt;j} 1 / |rᵢ −
 * rⱼ|. The paper's features of equal norm solve a relative of it.
 */
public final class Thomson {
  private Thomson() {}

  /**
   * The least energy found for N points on the sphere in space.
   *
   * @param starts random starts to descend from
   */
  public static double energy(int points, int starts, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double best = Double.POSITIVE_INFINITY;
    for (int s = 0; s < starts; s++) {
      double[] start = random.doubles(3L * points, -1, 1).toArray();
      best = Math.min(best, Bfgs.minimise(Thomson::energyOf, start).value());
    }
    return best;
  }

  /** The energy of points divided by their lengths, (points, 3), and its derivatives. */
  private static double energyOf(double[] x, double[] gradient) {
    int n = x.length / 3;
    double[] unit = new double[x.length];
    double[] length = new double[n];
    double[] force = new double[x.length];
    for (int i = 0; i < n; i++) {
      length[i] = Math.sqrt(dot(x, i, x, i));
      for (int d = 0; d < 3; d++) {
        unit[3 * i + d] = x[3 * i + d] / length[i];
      }
    }
    double energy = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double square = 2 - 2 * dot(unit, i, unit, j);
        double inverse = 1 / Math.sqrt(square);
        energy += inverse;
        for (int d = 0; d < 3; d++) {
          double pull = (unit[3 * i + d] - unit[3 * j + d]) * inverse / square;
          force[3 * i + d] -= pull;
          force[3 * j + d] += pull;
        }
      }
    }
    for (int i = 0; i < n; i++) {
      double radial = dot(force, i, unit, i);
      for (int d = 0; d < 3; d++) {
        gradient[3 * i + d] = (force[3 * i + d] - radial * unit[3 * i + d]) / length[i];
      }
    }
    return energy;
  }

  private static double dot(double[] a, int i, double[] b, int j) {
    return a[3 * i] * b[3 * j] + a[3 * i + 1] * b[3 * j + 1] + a[3 * i + 2] * b[3 * j + 2];
  }
}
