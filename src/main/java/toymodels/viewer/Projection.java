package toymodels.viewer;

import toymodels.analysis.PrincipalAxes;

/**
 * How m coordinates become three: q = R w with four rows, then, seen from {@code eye} on the fourth
 * axis, (x, y, z) = q₁..₃ · eye / (eye − q₄). Without an eye the fourth row is 0.
 *
 * @param count 1 for all models alike, or one projection a model
 * @param hidden m
 * @param rows R, (count, 4, hidden)
 * @param eye distance of the eye in four dimensions; 0 for a linear projection
 */
public record Projection(int count, int hidden, float[] rows, float eye) {
  /** Which projection. */
  public enum Kind {
    /** The first three coordinates, as they are. */
    COORDINATES("coordinates"),
    /** The three axes of most squared norm, each model its own. */
    PRINCIPAL("principal axes"),
    /** A walk through all three-dimensional views (Asimov 1985). */
    TOUR("grand tour"),
    /** Perspective from four dimensions, turned in six planes. */
    FOUR("four dimensions");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** The name in the picture. */
    public String title() {
      return title;
    }
  }

  /** Far enough that q₄ of vectors up to norm 2 leaves the eye in front. */
  static final float EYE = 3;

  /** Nearest to the eye that a point may come, or it would turn over. */
  private static final float NEAREST = 0.2f;

  /** The first three coordinates; missing ones are 0. */
  static Projection coordinates(int hidden) {
    float[] rows = new float[4 * hidden];
    for (int k = 0; k < Math.min(3, hidden); k++) {
      rows[k * hidden + k] = 1;
    }
    return new Projection(1, hidden, rows, 0);
  }

  /** Principal axes of each model by itself. */
  static Projection principal(Scene scene) {
    int models = scene.info().models();
    int n = scene.info().features();
    int m = scene.info().hidden();
    float[] rows = new float[models * 4 * m];
    for (int k = 0; k < models; k++) {
      float[] axes = PrincipalAxes.of(scene.directions(), k * n * m, n, m, 3);
      System.arraycopy(axes, 0, rows, k * 4 * m, 3 * m);
    }
    return new Projection(models, m, rows, 0);
  }

  /** Four orthonormal rows, seen in perspective from the fourth axis. */
  static Projection four(float[] rows, int hidden) {
    return new Projection(1, hidden, rows, EYE);
  }

  /** Three orthonormal rows. */
  static Projection linear(float[] threeRows, int hidden) {
    float[] rows = new float[4 * hidden];
    System.arraycopy(threeRows, 0, rows, 0, 3 * hidden);
    return new Projection(1, hidden, rows, 0);
  }

  /**
   * Where one vector is drawn. The device's kernel does the same operations in the same order.
   *
   * @param w (…, hidden), the vector from {@code offset} on
   * @param out receives x, y, z from {@code at} on
   */
  public void apply(int model, float[] w, int offset, float[] out, int at) {
    int base = (count == 1 ? 0 : model) * 4 * hidden;
    float x = 0;
    float y = 0;
    float z = 0;
    float q = 0;
    for (int h = 0; h < hidden; h++) {
      float value = w[offset + h];
      x = Math.fma(rows[base + h], value, x);
      y = Math.fma(rows[base + hidden + h], value, y);
      z = Math.fma(rows[base + 2 * hidden + h], value, z);
      q = Math.fma(rows[base + 3 * hidden + h], value, q);
    }
    if (eye > 0) {
      float gap = eye - q;
      float s = eye / (gap < NEAREST ? NEAREST : gap);
      x *= s;
      y *= s;
      z *= s;
    }
    out[at] = x;
    out[at + 1] = y;
    out[at + 2] = z;
  }

  /** Share of the model's squared norm that lies in the drawn directions, 0 to 1. */
  public double visible(Scene scene, int model) {
    int n = scene.info().features();
    int base = (count == 1 ? 0 : model) * 4 * hidden;
    double all = 0;
    double seen = 0;
    int shown = eye > 0 ? 4 : 3;
    for (int i = 0; i < n; i++) {
      int offset = (model * n + i) * hidden;
      all += scene.dot(model, i, i);
      for (int r = 0; r < shown; r++) {
        double dot = 0;
        for (int h = 0; h < hidden; h++) {
          dot += (double) rows[base + r * hidden + h] * scene.directions()[offset + h];
        }
        seen += dot * dot;
      }
    }
    return all == 0 ? 1 : Math.min(1, seen / all);
  }
}
