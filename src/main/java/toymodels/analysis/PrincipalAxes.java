package toymodels.analysis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The directions of hidden space in which feature vectors are longest, by Jacobi's rotations of a
 * symmetric matrix (Golub and Van Loan, section 8.5). Deterministic.
 */
public final class PrincipalAxes {
  /** Sweeps after which any matrix has converged; a handful is usual. */
  private static final int SWEEPS = 60;

  private PrincipalAxes() {}

  /**
   * The axes of most squared norm of vectors: the first eigenvectors of Σᵢ Wᵢ Wᵢᵀ.
   *
   * @param vectors (count, m), from {@code offset} on
   * @return (axes, m) orthonormal rows, by falling eigenvalue; rows beyond m are 0. The largest
   *     entry of each is positive.
   */
  public static float[] of(float[] vectors, int offset, int count, int m, int axes) {
    double[][] gram = new double[m][m];
    for (int v = 0; v < count; v++) {
      int at = offset + v * m;
      for (int a = 0; a < m; a++) {
        for (int b = 0; b <= a; b++) {
          gram[a][b] += (double) vectors[at + a] * vectors[at + b];
          gram[b][a] = gram[a][b];
        }
      }
    }
    double[][] eigenvectors = eigenvectors(gram);
    float[] rows = new float[axes * m];
    for (int k = 0; k < Math.min(axes, m); k++) {
      int largest = 0;
      for (int h = 1; h < m; h++) {
        if (Math.abs(eigenvectors[k][h]) > Math.abs(eigenvectors[k][largest]) + 1e-9) {
          largest = h;
        }
      }
      double sign = eigenvectors[k][largest] < 0 ? -1 : 1;
      for (int h = 0; h < m; h++) {
        rows[k * m + h] = (float) (sign * eigenvectors[k][h]);
      }
    }
    return rows;
  }

  /** Orthonormal eigenvectors as rows, by falling eigenvalue. The matrix becomes diagonal. */
  public static double[][] eigenvectors(double[][] a) {
    int m = a.length;
    double[][] v = new double[m][m];
    for (int i = 0; i < m; i++) {
      v[i][i] = 1;
    }
    double scale = Arrays.stream(a).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double off = 0;
      for (int p = 0; p < m; p++) {
        for (int q = p + 1; q < m; q++) {
          off = Math.max(off, Math.abs(a[p][q]));
          rotate(a, v, p, q);
        }
      }
      if (off <= 1e-15 * scale) {
        break;
      }
    }
    return IntStream.range(0, m)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -a[i][i]))
        .map(i -> v[i])
        .toArray(double[][]::new);
  }

  private static void rotate(double[][] a, double[][] v, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
    }
    for (int k = 0; k < a.length; k++) {
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = c * pk - s * qk;
      a[q][k] = s * pk + c * qk;
      double vp = v[p][k];
      double vq = v[q][k];
      v[p][k] = c * vp - s * vq;
      v[q][k] = s * vp + c * vq;
    }
  }
}
