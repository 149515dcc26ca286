package toymodels.viewer.internal.scene;

/**
 * An orientation in four dimensions, turned in the six coordinate planes xy, xz, xw, yz, yw, zw.
 */
public final class SixPlanes {
  /** Names of the planes, in the order of their numbers. */
  public static final String[] NAMES = {"xy", "xz", "xw", "yz", "yw", "zw"};

  private static final int[][] AXES = {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}};

  private final double[][] rotation = new double[4][4];

  public SixPlanes() {
    for (int i = 0; i < 4; i++) {
      rotation[i][i] = 1;
    }
  }

  /** Turns in plane 0 to 5. */
  public void turn(int plane, double angle) {
    double c = StrictMath.cos(angle);
    double s = StrictMath.sin(angle);
    double[] a = rotation[AXES[plane][0]];
    double[] b = rotation[AXES[plane][1]];
    for (int k = 0; k < 4; k++) {
      double ak = a[k];
      double bk = b[k];
      a[k] = c * ak - s * bk;
      b[k] = s * ak + c * bk;
    }
  }

  /**
   * The orientation of four axes of m dimensions.
   *
   * @param axes (4, m) orthonormal rows
   * @return (4, m)
   */
  public float[] of(float[] axes, int m) {
    float[] rows = new float[4 * m];
    for (int r = 0; r < 4; r++) {
      for (int h = 0; h < m; h++) {
        double sum = 0;
        for (int k = 0; k < 4; k++) {
          sum += rotation[r][k] * axes[k * m + h];
        }
        rows[r * m + h] = (float) sum;
      }
    }
    return rows;
  }
}
