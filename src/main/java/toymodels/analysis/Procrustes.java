package toymodels.analysis;

/**
 * How one set of vectors is turned or mirrored to lie best on another: the orthogonal Procrustes
 * problem (Schönemann 1966). Nothing that a model computes changes when all its directions are
 * turned alike, so two runs look different that found the same solution, until one is turned.
 */
public final class Procrustes {
  /** Singular values below this part of the largest count as none: any direction does there. */
  private static final double RANK = 1e-9;

  private Procrustes() {}

  /**
   * R = U Vᵀ of Σᵢ aᵢ bᵢᵀ = U S Vᵀ: the orthogonal matrix of least Σᵢ ‖R bᵢ − aᵢ‖².
   *
   * @param onto a, (count, m), from {@code offset} on
   * @param from b, (count, m), from {@code offset} on
   * @return (m, m), a rotation or a reflection
   */
  public static double[][] rotation(float[] onto, float[] from, int offset, int count, int m) {
    double[][] cross = new double[m][m];
    for (int i = 0; i < count; i++) {
      int at = offset + i * m;
      for (int r = 0; r < m; r++) {
        for (int c = 0; c < m; c++) {
          cross[r][c] += (double) onto[at + r] * from[at + c];
        }
      }
    }
    double[][] square = new double[m][m];
    for (int r = 0; r < m; r++) {
      for (int c = 0; c < m; c++) {
        for (int k = 0; k < m; k++) {
          square[r][c] += cross[k][r] * cross[k][c];
        }
      }
    }
    double[][] right = PrincipalAxes.eigenvectors(square);
    double[][] left = new double[m][];
    double largest = 0;
    for (int k = 0; k < m; k++) {
      left[k] = times(cross, right[k]);
      largest = k == 0 ? norm(left[0]) : largest;
      complete(left, k, RANK * largest);
    }
    double[][] rotation = new double[m][m];
    for (int k = 0; k < m; k++) {
      for (int r = 0; r < m; r++) {
        for (int c = 0; c < m; c++) {
          rotation[r][c] += left[k][r] * right[k][c];
        }
      }
    }
    return rotation;
  }

  /** Makes row k orthonormal to those before it; of an axis, where too little is left of it. */
  private static void complete(double[][] rows, int k, double least) {
    if (norm(rows[k]) > least && norm(orthogonal(rows, k)) > 0.5 * norm(rows[k])) {
      scale(rows[k] = orthogonal(rows, k));
      return;
    }
    double[] best = new double[0];
    for (int axis = 0; axis < rows.length; axis++) {
      rows[k] = new double[rows.length];
      rows[k][axis] = 1;
      double[] left = orthogonal(rows, k);
      best = best.length == 0 || norm(left) > norm(best) ? left : best;
    }
    scale(rows[k] = best);
  }

  private static double[] orthogonal(double[][] rows, int k) {
    double[] left = rows[k].clone();
    for (int before = 0; before < k; before++) {
      double dot = 0;
      for (int h = 0; h < left.length; h++) {
        dot += left[h] * rows[before][h];
      }
      for (int h = 0; h < left.length; h++) {
        left[h] -= dot * rows[before][h];
      }
    }
    return left;
  }

  private static void scale(double[] row) {
    double norm = norm(row);
    for (int h = 0; h < row.length; h++) {
      row[h] /= norm;
    }
  }

  private static double norm(double[] row) {
    double sum = 0;
    for (double value : row) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  /**
   * Turns vectors in place.
   *
   * @param vectors (count, m), from {@code offset} on
   */
  public static void turn(double[][] rotation, float[] vectors, int offset, int count) {
    int m = rotation.length;
    double[] vector = new double[m];
    for (int i = 0; i < count; i++) {
      int at = offset + i * m;
      for (int h = 0; h < m; h++) {
        vector[h] = vectors[at + h];
      }
      double[] turned = times(rotation, vector);
      for (int h = 0; h < m; h++) {
        vectors[at + h] = (float) turned[h];
      }
    }
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[vector.length];
    for (int r = 0; r < product.length; r++) {
      for (int c = 0; c < vector.length; c++) {
        product[r] += matrix[r][c] * vector[c];
      }
    }
    return product;
  }
}
