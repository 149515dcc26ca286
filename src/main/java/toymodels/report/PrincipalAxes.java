package toymodels.report;

import java.util.Arrays;

/**
 * The directions of hidden space in which feature vectors are longest: the leading eigenvectors of
 * Σᵢ Wᵢ Wᵢᵀ, by orthogonal iteration (Golub and Van Loan, section 7.3). Deterministic.
 */
final class PrincipalAxes {
  private static final int ITERATIONS = 200;

  private PrincipalAxes() {}

  /**
   * @param vectors Wᵢ, (features, hidden)
   * @param hidden m, at least {@code count}
   * @return orthonormal axes, (count, hidden)
   */
  static double[] of(float[] vectors, int hidden, int count) {
    double[] moment = moment(vectors, hidden);
    double[] axes = new double[count * hidden];
    for (int k = 0; k < count; k++) {
      // Not along any one coordinate, so that no start is orthogonal to an axis by symmetry.
      for (int h = 0; h < hidden; h++) {
        axes[k * hidden + h] = (h == k ? 1 : 0) + .01 * Math.cos(1 + k + 7.0 * h * (k + 1));
      }
    }
    orthonormalise(axes, hidden, count);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double[] next = new double[axes.length];
      for (int k = 0; k < count; k++) {
        for (int a = 0; a < hidden; a++) {
          double sum = 0;
          for (int b = 0; b < hidden; b++) {
            sum += moment[a * hidden + b] * axes[k * hidden + b];
          }
          next[k * hidden + a] = sum;
        }
      }
      orthonormalise(next, hidden, count);
      axes = next;
    }
    return axes;
  }

  /** Σᵢ Wᵢ Wᵢᵀ, (hidden, hidden), plus a little of the identity so that no vector vanishes. */
  private static double[] moment(float[] vectors, int hidden) {
    double[] moment = new double[hidden * hidden];
    for (int i = 0; i < vectors.length; i += hidden) {
      for (int a = 0; a < hidden; a++) {
        for (int b = 0; b < hidden; b++) {
          moment[a * hidden + b] += (double) vectors[i + a] * vectors[i + b];
        }
      }
    }
    double trace = 0;
    for (int a = 0; a < hidden; a++) {
      trace += moment[a * hidden + a];
    }
    for (int a = 0; a < hidden; a++) {
      moment[a * hidden + a] += trace > 0 ? 1e-6 * trace : 1;
    }
    return moment;
  }

  private static void orthonormalise(double[] axes, int hidden, int count) {
    for (int k = 0; k < count; k++) {
      double[] axis = Arrays.copyOfRange(axes, k * hidden, (k + 1) * hidden);
      for (int j = 0; j < k; j++) {
        double along = 0;
        for (int h = 0; h < hidden; h++) {
          along += axis[h] * axes[j * hidden + h];
        }
        for (int h = 0; h < hidden; h++) {
          axis[h] -= along * axes[j * hidden + h];
        }
      }
      double norm = Math.sqrt(Arrays.stream(axis).map(v -> v * v).sum());
      for (int h = 0; h < hidden; h++) {
        axes[k * hidden + h] = axis[h] / norm;
      }
    }
  }
}
