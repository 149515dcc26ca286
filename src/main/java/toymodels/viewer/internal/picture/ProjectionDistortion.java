package toymodels.viewer.internal.picture;

import toymodels.viewer.Scene;
import toymodels.viewer.internal.scene.Interference;

/** How far a projection lies about angles. */
public final class ProjectionDistortion {
  private ProjectionDistortion() {}

  /**
   * The largest |cosine in m dimensions − cosine as drawn| over pairs of strong features of a
   * model.
   */
  public static double cosineError(Scene scene, float[] vertices, int model) {
    int n = scene.info().features();
    double[] norms = new double[n];
    for (int i = 0; i < n; i++) {
      norms[i] = scene.norm(model, i);
    }
    double error = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n && norms[i] > Interference.STRONG; j++) {
        if (norms[j] > Interference.STRONG) {
          double real = scene.dot(model, i, j) / (norms[i] * norms[j]);
          double seen = PictureBuilder.cosine(vertices, model * n + i, model * n + j);
          error = Math.max(error, Math.abs(real - seen));
        }
      }
    }
    return error;
  }
}
