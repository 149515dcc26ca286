package toymodels.viewer.internal.picture;

import java.util.List;
import org.joml.Vector3f;
import toymodels.analysis.Procrustes;
import toymodels.viewer.Projection;
import toymodels.viewer.Scene;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.scene.Vertices;

/**
 * Pale wedges from the origin to where the same features are at another moment or in another run.
 *
 * @param of what they show; of the same size as the scenes it is shown beside
 * @param turned whether each model is first turned or mirrored to lie best on the one it is shown
 *     beside: another run's directions mean the same in any orientation
 */
public record ReferenceOverlay(Scene of, boolean turned) {
  /** Half of a wedge's width at its end, as a part of its length. */
  private static final float HALF_WIDTH = 0.06f;

  private static final float ALPHA = 0.6f;

  private boolean fits(Scene scene) {
    return of.info().models() == scene.info().models()
        && of.info().features() == scene.info().features()
        && of.info().hidden() == scene.info().hidden();
  }

  /** Where they are, (models, features, hidden): turned for the models shown. */
  float[] directions(Scene scene, int... models) {
    float[] directions = of.directions().clone();
    int n = scene.info().features();
    int m = scene.info().hidden();
    for (int model : turned ? models : new int[0]) {
      int at = model * n * m;
      double[][] rotation = Procrustes.rotation(scene.directions(), directions, at, n, m);
      Procrustes.turn(rotation, directions, at, n);
    }
    return directions;
  }

  /** Adds the wedges of all models shown, which look at the camera. */
  void add(
      List<float[]> triangles, Scene scene, ViewState view, Layout layout, Projection projection) {
    if (!fits(scene)) {
      return;
    }
    int n = scene.info().features();
    float[] directions = directions(scene, layout.models());
    float[] eye = new float[16];
    view.camera.view().get(eye);
    Vector3f towardsEye = new Vector3f(eye[2], eye[6], eye[10]);
    float[] tip = new float[Vertices.FLOATS];
    for (int cell = 0; cell < layout.cells(); cell++) {
      int model = layout.models()[cell];
      for (int i = 0; i < n; i++) {
        projection.apply(model, directions, (model * n + i) * scene.info().hidden(), tip, 0);
        Vector3f end = new Vector3f(tip[0], tip[1], tip[2]);
        Vector3f side = end.cross(towardsEye, new Vector3f()).mul(HALF_WIDTH);
        if (end.length() > Scene.NOT_REPRESENTED) {
          triangles.add(wedge(cell, end, side, view.theme.soft));
        }
      }
    }
  }

  private static float[] wedge(int cell, Vector3f end, Vector3f side, int colour) {
    float[] triangle = new float[3 * Picture.CORNER];
    corner(triangle, 0, cell, new Vector3f(), colour);
    corner(triangle, 1, cell, end.add(side, new Vector3f()), colour);
    corner(triangle, 2, cell, end.sub(side, new Vector3f()), colour);
    return triangle;
  }

  private static void corner(float[] triangle, int corner, int cell, Vector3f at, int colour) {
    int begin = corner * Picture.CORNER;
    triangle[begin] = at.x;
    triangle[begin + 1] = at.y;
    triangle[begin + 2] = at.z;
    triangle[begin + 3] = cell;
    triangle[begin + 4] = (colour >> 16 & 255) / 255f;
    triangle[begin + 5] = (colour >> 8 & 255) / 255f;
    triangle[begin + 6] = (colour & 255) / 255f;
    triangle[begin + 7] = ALPHA;
  }
}
