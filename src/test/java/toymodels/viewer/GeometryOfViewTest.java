package toymodels.viewer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import toymodels.viewer.internal.picture.ProjectionDistortion;
import toymodels.viewer.internal.scene.ConvexHull;
import toymodels.viewer.internal.scene.GrandTour;
import toymodels.viewer.internal.scene.Palette;
import toymodels.viewer.internal.scene.SixPlanes;
import toymodels.viewer.internal.scene.Vertices;

class GeometryOfViewTest {
  /** Rows are orthonormal to this: they are kept as floats. */
  private static final double FLOAT_ROWS = 1e-5;

  private final long seed = Long.getLong("toymodels.seed", 0);

  @Test
  void a_camera_survives_json_to_the_bit() {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      Camera camera =
          Camera.oblique(1)
              .orbit(random.nextDouble(-3, 3), random.nextDouble(-3, 3))
              .pan(random.nextDouble(-1, 1), random.nextDouble(-1, 1))
              .zoom(random.nextDouble(0.1, 4))
              .withOrthographic(random.nextBoolean());
      assertEquals(camera, Camera.parse(camera.toJson()), "seed " + seed);
    }
  }

  @Test
  void what_is_no_camera_is_refused_with_a_reason() {
    String good = Camera.front(1).toJson();
    for (String bad :
        List.of(
            "",
            "[",
            "{}",
            "null",
            "[".repeat(5_000),
            good.replace("\"distance\":", "\"distance\":-"),
            good.replace("\"target\":[0.0", "\"target\":[\"x\""),
            good.replace("\"target\":[0.0,", "\"target\":["),
            good.replace("1.0]", "1e999]"),
            good + "x".repeat(10_001))) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Camera.parse(bad), bad);
      assertTrue(e.getMessage().contains("camera"), e.getMessage());
    }
  }

  @Test
  void flights_start_and_end_where_they_should() {
    Camera a = Camera.front(1);
    Camera b = Camera.oblique(2).pan(0.3, -0.2).orbit(1.3, 0.4);
    assertEquals(a.withOrthographic(true), a.towards(b, 0));
    Camera end = a.towards(b, 1);
    assertEquals(b.distance(), end.distance(), 1e-9);
    assertEquals(b.qx(), end.qx(), 1e-9);
    assertEquals(b.x(), end.x(), 1e-9);
  }

  @Test
  void principal_axes_find_a_plane_in_many_dimensions() {
    int m = 9;
    int n = 30;
    SplittableRandom random = new SplittableRandom(seed);
    float[] w = new float[n * m];
    for (int i = 0; i < n; i++) {
      double s = random.nextDouble(-1, 1);
      double t = random.nextDouble(-1, 1);
      for (int h = 0; h < m; h++) {
        w[i * m + h] = (float) (s * (h % 2 == 0 ? 1 : -1) + 0.5 * t * (h < 4 ? 1 : 0.3));
      }
    }
    Scene scene = Scenes.of("plane", 1, n, m, w);
    Projection projection = Projection.principal(scene);
    assertEquals(1, projection.visible(scene, 0), 1e-6);
    byte[] entries = new byte[n];
    float[] vertices = Vertices.of(scene, projection, entries, Palette.VIRIDIS.table());
    assertEquals(0, ProjectionDistortion.cosineError(scene, vertices, 0), 1e-4, "seed " + seed);
  }

  @Test
  void a_projection_that_hides_something_says_so() {
    float[] w = {1, 0, 0, 0, 0, 0, 0, 1};
    Scene scene = Scenes.of("two of four", 1, 2, 4, w);
    Projection three = Projection.coordinates(4);
    assertEquals(0.5, three.visible(scene, 0), 1e-12);
    float[] both = {0.7f, 0, 0, 0.7f, 0.7f, 0, 0, -0.7f};
    Scene hidden = Scenes.of("orthogonal, drawn parallel", 1, 2, 4, both);
    float[] vertices = Vertices.of(hidden, three, new byte[2], Palette.VIRIDIS.table());
    assertEquals(1, ProjectionDistortion.cosineError(hidden, vertices, 0), 1e-6);
  }

  @Test
  void the_grand_tour_is_a_steady_walk_of_orthonormal_frames() {
    int m = 6;
    GrandTour tour = new GrandTour(m, 7);
    float[] before = tour.advance(0);
    for (int step = 0; step < 2_000; step++) {
      float[] rows = tour.advance(0.01);
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          double dot = 0;
          for (int h = 0; h < m; h++) {
            dot += (double) rows[a * m + h] * rows[b * m + h];
          }
          assertEquals(a == b ? 1 : 0, dot, FLOAT_ROWS);
        }
      }
      double moved = 0;
      for (int i = 0; i < rows.length; i++) {
        moved = Math.max(moved, Math.abs(rows[i] - before[i]));
      }
      assertTrue(moved < 0.02, "a jump of " + moved + " at step " + step);
      before = rows;
    }
    assertArrayEquals(
        new GrandTour(m, 7).advance(3), new GrandTour(m, 7).advance(3), "the same seed");
  }

  @Test
  void hulls_have_the_faces_of_their_polytopes() {
    assertFaces(Scenes.octahedron().directions(), 8, 0, 0);
    assertFaces(Scenes.antiprism().directions(), 8, 2, 0);
    float[] cube = new float[24];
    for (int i = 0; i < 8; i++) {
      cube[3 * i] = (i & 1) * 2 - 1;
      cube[3 * i + 1] = (i >> 1 & 1) * 2 - 1;
      cube[3 * i + 2] = (i >> 2) * 2 - 1;
    }
    assertFaces(cube, 0, 6, 0);
    float[] flat = new float[15];
    Scene pentagon = Scenes.polygon(5);
    for (int i = 0; i < 5; i++) {
      flat[3 * i] = pentagon.directions()[2 * i];
      flat[3 * i + 1] = pentagon.directions()[2 * i + 1];
    }
    assertFaces(flat, 0, 0, 1);
    assertEquals(0, ConvexHull.faces(new float[] {0, 0, 0, 1, 1, 1}).size());
    assertEquals(0, ConvexHull.faces(new float[] {0, 0, 0, 1, 1, 1, 2, 2, 2}).size(), "a line");
  }

  private static void assertFaces(float[] points, int triangles, int squares, int pentagons) {
    List<int[]> faces = ConvexHull.faces(points);
    assertEquals(triangles, faces.stream().filter(f -> f.length == 3).count());
    assertEquals(squares, faces.stream().filter(f -> f.length == 4).count());
    assertEquals(pentagons, faces.stream().filter(f -> f.length == 5).count());
    assertEquals(triangles + squares + pentagons, faces.size());
  }

  @Test
  void six_planes_keep_lengths_and_turn_back() {
    SixPlanes planes = new SixPlanes();
    float[] identity = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    for (int p = 0; p < 6; p++) {
      planes.turn(p, 0.3 + p);
    }
    for (int p = 5; p >= 0; p--) {
      planes.turn(p, -0.3 - p);
    }
    assertArrayEquals(identity, planes.of(identity, 4), 1e-6f);
  }
}
