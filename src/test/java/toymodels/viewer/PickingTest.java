package toymodels.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.joml.Matrix4f;
import org.joml.Vector4f;
import org.junit.jupiter.api.Test;
import toymodels.viewer.internal.gl.EglContext;
import toymodels.viewer.internal.gl.GlRenderer;
import toymodels.viewer.internal.gl.HostUploader;
import toymodels.viewer.internal.picture.CellTransform;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.PictureBuilder;
import toymodels.viewer.internal.picture.Renderer;
import toymodels.viewer.internal.raster.CpuRenderer;
import toymodels.viewer.internal.scene.Vertices;

/**
 * What is picked at a pixel is the ball that a ray through it meets first, by another arithmetic.
 */
class PickingTest {
  private static final int CAMERAS = 20;
  private static final int WIDTH = 700;
  private static final int HEIGHT = 500;

  /** A ray this near to a ball's border, in radii, may count as a hit or not. */
  private static final double BORDER = 0.12;

  private final long seed = Long.getLong("toymodels.seed", 0);

  @Test
  void the_rasteriser_picks_right_at_random_cameras() {
    try (CpuRenderer renderer = new CpuRenderer()) {
      check(renderer);
    }
  }

  @Test
  void opengl_picks_right_at_random_cameras() {
    try (EglContext context = Graphics.headless();
        GlRenderer renderer = new GlRenderer(new HostUploader(""))) {
      check(renderer);
    }
  }

  private void check(Renderer renderer) {
    SplittableRandom random = new SplittableRandom(seed);
    int certain = 0;
    int own = 0;
    for (int c = 0; c < CAMERAS; c++) {
      Scene scene = Scenes.random(c % 2 == 0 ? 1 : 4, 14, 3, random.nextLong());
      ViewState view = new ViewState(scene.info());
      view.camera =
          view.camera
              .orbit(4 * random.nextDouble() - 2, 4 * random.nextDouble() - 2)
              .pan(random.nextDouble() - 0.5, random.nextDouble() - 0.5)
              .zoom(0.6 + random.nextDouble())
              .withOrthographic(random.nextBoolean());
      Picture picture = PictureBuilder.compose(scene, view, Timeline.NONE, WIDTH, HEIGHT, 1);
      renderer.draw(picture);
      CellTransform placement = new CellTransform(picture);
      for (int cell = 0; cell < picture.layout().cells(); cell++) {
        for (int i = 0; i < scene.info().features(); i++) {
          int at = (picture.layout().models()[cell] * 14 + i) * Vertices.FLOATS;
          float[] v = picture.vertices();
          float[] p = placement.project(cell, v[at], v[at + 1], v[at + 2]);
          int x = (int) Math.floor(p[0]);
          int y = (int) Math.floor(p[1]);
          int expected = first(picture, cell, x, y);
          if (expected == UNCERTAIN || picture.layout().cellAt(x, y) != cell) {
            continue;
          }
          certain++;
          own += expected == i ? 1 : 0;
          assertEquals(
              expected < 0 ? -1 : cell * 14 + expected,
              renderer.pick(x, y),
              "feature %d of cell %d at camera %d, -Dtoymodels.seed=%d"
                  .formatted(i, cell, c, seed));
        }
      }
      assertEquals(-1, renderer.pick(2, 2), "outside all cells");
      assertEquals(-1, renderer.pick(-1, 5000), "outside the picture");
    }
    assertTrue(certain > 250 && own > 150, certain + " certain, " + own + " of them themselves");
  }

  private static final int UNCERTAIN = -2;

  /** The feature whose ball the ray through a pixel's centre meets first; −1 for none. */
  private static int first(Picture picture, int cell, int px, int py) {
    int[] r = picture.layout().rectangles();
    double nx = (px + 0.5 - r[4 * cell]) / r[4 * cell + 2] * 2 - 1;
    double ny = 1 - (py + 0.5 - r[4 * cell + 1]) / r[4 * cell + 3] * 2;
    Matrix4f back = new Matrix4f(picture.projection()).mul(picture.view()).invert();
    Vector4f a = back.transform(new Vector4f((float) nx, (float) ny, -1, 1));
    Vector4f b = back.transform(new Vector4f((float) nx, (float) ny, 1, 1));
    a.div(a.w);
    b.div(b.w);
    double[] d = {b.x - a.x, b.y - a.y, b.z - a.z};
    double length = Math.sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    int nearest = -1;
    double nearestT = Double.POSITIVE_INFINITY;
    double second = Double.POSITIVE_INFINITY;
    for (int i = 0; i < picture.features(); i++) {
      int at = (picture.layout().models()[cell] * picture.features() + i) * Vertices.FLOATS;
      float[] v = picture.vertices();
      double[] w = {v[at] - a.x, v[at + 1] - a.y, v[at + 2] - a.z};
      double along = (w[0] * d[0] + w[1] * d[1] + w[2] * d[2]) / length;
      double square = w[0] * w[0] + w[1] * w[1] + w[2] * w[2];
      double miss = Math.sqrt(Math.max(0, square - along * along)) / picture.radius();
      boolean hollow = v[at + 3] < Picture.HOLLOW;
      if (hollow && miss < 1 + BORDER || Math.abs(miss - 1) < BORDER) {
        return UNCERTAIN;
      }
      if (miss < 1) {
        double t = along - picture.radius() * Math.sqrt(1 - miss * miss);
        second = Math.min(second, Math.max(t, nearestT));
        nearest = t < nearestT ? i : nearest;
        nearestT = Math.min(t, nearestT);
      }
    }
    return second - nearestT < 0.05 * picture.radius() ? UNCERTAIN : nearest;
  }
}
