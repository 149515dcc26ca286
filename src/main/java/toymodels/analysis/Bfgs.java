package toymodels.analysis;

import java.util.Arrays;

/**
 * Minimises a function with a gradient by BFGS: a quasi-Newton descent with a dense inverse Hessian
 * and a weak Wolfe line search by bisection, which also stands kinks (Nocedal and Wright 2006,
 * algorithm 6.1; Lewis and Overton 2013, algorithm 2.6). Deterministic.
 */
final class Bfgs {
  /** A function of many numbers. */
  interface Objective {
    /** Its value at x; its derivatives replace what {@code gradient} holds. */
    double at(double[] x, double[] gradient);
  }

  /** Where a descent ended. */
  record Minimum(double[] point, double value) {}

  private static final int MAX_ITERATIONS = 1000;

  /** A gradient this small counts as zero: losses are of order 0.01 and known to 1e-15. */
  private static final double FLAT = 1e-11;

  private static final double SUFFICIENT_DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int MAX_HALVINGS = 40;

  /** Descents of less than this share of the value are rounding; so many in a row are the end. */
  private static final double ROUNDING = 1e-15;

  private static final int MAX_STALLED = 4;

  private Bfgs() {}

  static Minimum minimise(Objective objective, double[] start) {
    int n = start.length;
    double[] x = start.clone();
    double[] gradient = new double[n];
    double value = objective.at(x, gradient);
    double[][] inverse = new double[n][n];
    boolean fresh = true;
    int stalled = 0;
    double[] direction = new double[n];
    double[] next = new double[n];
    double[] nextGradient = new double[n];
    for (int iteration = 0; iteration < MAX_ITERATIONS && largest(gradient) > FLAT; iteration++) {
      if (fresh) {
        for (int i = 0; i < n; i++) {
          Arrays.fill(inverse[i], 0);
          inverse[i][i] = Math.min(1, 0.1 / largest(gradient));
        }
      }
      for (int i = 0; i < n; i++) {
        direction[i] = -dot(inverse[i], gradient);
      }
      double slope = dot(direction, gradient);
      double nextValue =
          slope < 0 ? search(objective, x, value, direction, slope, next, nextGradient) : value;
      if (!(nextValue < value)) {
        if (fresh) {
          break;
        }
        fresh = true;
        continue;
      }
      fresh = !update(inverse, x, next, gradient, nextGradient);
      stalled = value - nextValue <= ROUNDING * Math.abs(value) ? stalled + 1 : 0;
      if (stalled == MAX_STALLED) {
        return new Minimum(next, nextValue);
      }
      value = nextValue;
      System.arraycopy(next, 0, x, 0, n);
      System.arraycopy(nextGradient, 0, gradient, 0, n);
    }
    return new Minimum(x, value);
  }

  /** Leaves the point of weak Wolfe conditions in {@code next}; returns its value. */
  private static double search(
      Objective objective,
      double[] x,
      double value,
      double[] direction,
      double slope,
      double[] next,
      double[] nextGradient) {
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double t = 1;
    double found = value;
    for (int k = 0; k < MAX_HALVINGS; k++) {
      for (int i = 0; i < x.length; i++) {
        next[i] = x[i] + t * direction[i];
      }
      found = objective.at(next, nextGradient);
      if (!(found <= value + SUFFICIENT_DECREASE * t * slope)) {
        high = t;
      } else if (dot(direction, nextGradient) < CURVATURE * slope) {
        low = t;
      } else {
        return found;
      }
      t = high < Double.POSITIVE_INFINITY ? (low + high) / 2 : 2 * low;
    }
    return found;
  }

  /** The BFGS formula; false where curvature is not positive and the Hessian is to be dropped. */
  private static boolean update(
      double[][] inverse, double[] x, double[] next, double[] gradient, double[] nextGradient) {
    int n = x.length;
    double[] s = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      s[i] = next[i] - x[i];
      y[i] = nextGradient[i] - gradient[i];
    }
    double sy = dot(s, y);
    if (!(sy > 1e-14 * Math.sqrt(dot(s, s) * dot(y, y)))) {
      return false;
    }
    double[] hy = new double[n];
    for (int i = 0; i < n; i++) {
      hy[i] = dot(inverse[i], y);
    }
    double factor = (1 + dot(y, hy) / sy) / sy;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        inverse[i][j] += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / sy;
      }
    }
    return true;
  }

  private static double largest(double[] v) {
    double largest = 0;
    for (double value : v) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
