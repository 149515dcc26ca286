package toymodels.viewer.internal.scene;

import java.util.SplittableRandom;
import toymodels.analysis.PrincipalAxes;

/**
 * A walk through all three-dimensional views of m dimensions: geodesics between random 3-frames
 * (Asimov 1985; Buja, Cook, Asimov and Hurley 2005). The same seed walks the same way.
 */
public final class GrandTour {
  private static final int ROWS = 3;

  /** Radians a second along the largest principal angle. */
  private static final double SPEED = 0.6;

  private final int m;
  private final SplittableRandom random;
  private double[][] from;
  private double[][] along;
  private double[][] mixing;
  private final double[] angles = new double[ROWS];
  private double position;
  private double length;

  public GrandTour(int m, long seed) {
    this.m = m;
    this.random = new SplittableRandom(seed);
    double[][] start = new double[ROWS][m];
    for (int r = 0; r < ROWS; r++) {
      start[r][r] = 1;
    }
    leave(start);
  }

  /** Three orthonormal rows, (3, m), after the given seconds from the last call. */
  public float[] advance(double seconds) {
    position += seconds * SPEED;
    while (position > length) {
      position -= length;
      leave(frame(1));
    }
    double[][] frame = frame(length == 0 ? 0 : position / length);
    float[] rows = new float[ROWS * m];
    for (int r = 0; r < ROWS; r++) {
      for (int h = 0; h < m; h++) {
        rows[r * m + h] = (float) frame[r][h];
      }
    }
    return rows;
  }

  /** Chooses the geodesic from a frame to a new random one. */
  private void leave(double[][] a) {
    double[][] b = randomFrame();
    // A Bᵀ = U S Vᵀ: the principal vectors are Uᵀ A and Vᵀ B, at angles acos S.
    double[][] product = multiplyTransposed(a, b);
    double[][] square = multiplyTransposed(product, product);
    double[][] uT = PrincipalAxes.eigenvectors(square);
    from = multiply(uT, a);
    mixing = uT;
    along = new double[ROWS][m];
    length = 0;
    for (int r = 0; r < ROWS; r++) {
      double[] image = new double[m];
      for (int k = 0; k < ROWS; k++) {
        double dot = dot(from[r], b[k]);
        for (int h = 0; h < m; h++) {
          image[h] += dot * b[k][h];
        }
      }
      double cosine = Math.min(1, Math.sqrt(dot(image, image)));
      angles[r] = StrictMath.acos(cosine);
      double sine = StrictMath.sin(angles[r]);
      for (int h = 0; h < m; h++) {
        double target = cosine < 1e-9 ? 0 : image[h] / cosine;
        along[r][h] = sine < 1e-9 ? 0 : (target - cosine * from[r][h]) / sine;
      }
      length = Math.max(length, angles[r]);
    }
  }

  /** The frame at a part of the geodesic, in the basis that it started in. */
  private double[][] frame(double t) {
    double[][] principal = new double[ROWS][m];
    for (int r = 0; r < ROWS; r++) {
      double c = StrictMath.cos(t * angles[r]);
      double s = StrictMath.sin(t * angles[r]);
      for (int h = 0; h < m; h++) {
        principal[r][h] = c * from[r][h] + s * along[r][h];
      }
    }
    double[][] frame = new double[ROWS][m];
    for (int r = 0; r < ROWS; r++) {
      for (int k = 0; k < ROWS; k++) {
        for (int h = 0; h < m; h++) {
          frame[r][h] += mixing[k][r] * principal[k][h];
        }
      }
    }
    return orthonormal(frame);
  }

  private double[][] randomFrame() {
    double[][] frame = new double[ROWS][m];
    for (double[] row : frame) {
      for (int h = 0; h < m; h++) {
        // A sum of twelve uniform numbers is normal enough for a direction.
        for (int k = 0; k < 12; k++) {
          row[h] += random.nextDouble() - 0.5;
        }
      }
    }
    return orthonormal(frame);
  }

  private static double[][] orthonormal(double[][] rows) {
    for (int r = 0; r < rows.length; r++) {
      for (int k = 0; k < r; k++) {
        double dot = dot(rows[r], rows[k]);
        for (int h = 0; h < rows[r].length; h++) {
          rows[r][h] -= dot * rows[k][h];
        }
      }
      double norm = Math.sqrt(dot(rows[r], rows[r]));
      for (int h = 0; h < rows[r].length; h++) {
        rows[r][h] /= norm;
      }
    }
    return rows;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[][] multiplyTransposed(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        product[i][j] = dot(a[i], b[j]);
      }
    }
    return product;
  }

  private static double[][] multiply(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[0].length; j++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }
}
