package toymodels.viewer.internal.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.viewer.Camera;
import toymodels.viewer.Scene;
import toymodels.viewer.Theme;
import toymodels.viewer.Timeline;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.scene.ConvexHull;
import toymodels.viewer.internal.scene.Interference;
import toymodels.viewer.internal.scene.Palette;
import toymodels.viewer.internal.scene.Projected;
import toymodels.viewer.internal.scene.Vertices;

/** Makes a {@link Picture} of a scene as the view asks for it. */
public final class PictureBuilder {
  /** More cells than this, or smaller ones, are drawn without edges and faces. */
  private static final int MOST_DETAILED = 144;

  private static final int SMALLEST_DETAILED = 64;

  /** Narrower pictures have the card of the picked feature over the cells, at scale 1. */
  private static final int MIN_BESIDE_CARD = 560;

  private static final int SMALLEST_WITH_CIRCLE = 44;

  /** Cells are at least this large, at scale 1: more models make more pages. */
  private static final int SMALLEST = 7;

  /** Smallest cell, at scale 1, that has a line of text under it. */
  private static final int SMALLEST_LABELLED = 88;

  /** A pair whose cosine is off by more than this on the screen is drawn grey. */
  static final double MISLEADING = 0.25;

  /** Most parts of a circle; small cells have fewer. */
  private static final int CIRCLE = 96;

  private PictureBuilder() {}

  /** The picture; vertices are made here only if edges, faces or labels need them. */
  public static Picture compose(
      Scene scene, ViewState view, Timeline timeline, int width, int height, float scale) {
    Projected projected = view.projected(scene);
    Layout layout = layout(scene, view, timeline, width, height, scale);
    Camera camera = view.camera;
    double unit = 0.5 * layout.rectangles()[3] / camera.halfHeight();
    float radius = (float) Math.max(layout.cells() == 1 ? 0.052 : 0.06, 1.2 * scale / unit);
    boolean detailed =
        layout.cells() <= MOST_DETAILED && layout.size() >= SMALLEST_DETAILED * scale;
    boolean points = layout.size() < Layout.POINTS_ONLY;
    float shaft = points ? 0 : (float) Math.min(2.6, 0.8 + layout.size() / scale / 260) * scale;
    Overlay overlay = new Overlay();
    Picture picture =
        new Picture(
            width,
            height,
            view.theme.background,
            camera.view(),
            camera.projection(layout.aspect()),
            camera.orthographic(),
            scene.info().vectors(),
            scene.info().features(),
            layout,
            projected,
            radius,
            shaft,
            layout.size() < SMALLEST_WITH_CIRCLE * scale || !view.reference
                ? new float[0]
                : reference(scene, view, layout, scale),
            detailed && view.edges
                ? edges(scene, view, layout, projected.vertices(), scale)
                : new float[0],
            detailed ? triangles(scene, view, layout, projected, camera) : new float[0],
            overlay);
    new Annotations(scene, view, timeline, picture, scale).paint();
    return picture;
  }

  /** Which models are shown where. */
  static Layout layout(
      Scene scene, ViewState view, Timeline timeline, int width, int height, float scale) {
    boolean beside = view.picked >= 0 && width > MIN_BESIDE_CARD * scale;
    int x = Math.round((beside ? 26 + FeatureInspector.WIDTH : 18) * scale);
    int y = Math.round(62 * scale);
    int right = Math.round(132 * scale);
    int bottom = Math.round((TimeBar.shown(timeline) ? TimeBar.HEIGHT + 6 : 18) * scale);
    int w = Math.max(16, width - x - right);
    int h = Math.max(16, height - y - bottom);
    if (view.model != ViewState.ALL) {
      return Layout.single(x, y, w, h, view.model);
    }
    int[] models = page(scene, view, (int) ((long) w * h / (SMALLEST * SMALLEST * scale * scale)));
    int strip = Math.round(22 * scale);
    Layout labelled = Layout.grid(x, y, w, h, strip, models);
    return labelled.size() >= SMALLEST_LABELLED * scale
        ? labelled
        : Layout.grid(x, y, w, h, 0, models);
  }

  /** The models of the page that is shown; the view goes back to the last page there is. */
  private static int[] page(Scene scene, ViewState view, int room) {
    int[] all = view.roster.of(scene, view);
    int most = Math.max(1, view.most > 0 ? Math.min(view.most, room) : room);
    int pages = (all.length + most - 1) / most;
    view.page = Math.max(0, Math.min(view.page, pages - 1));
    return Arrays.copyOfRange(all, view.page * most, Math.min(all.length, (view.page + 1) * most));
  }

  /** The unit circle, or three of the unit sphere's great circles; a line for one dimension. */
  private static float[] reference(Scene scene, ViewState view, Layout layout, float scale) {
    int m = scene.info().hidden();
    int parts = Math.max(24, Math.min(CIRCLE, Math.round(layout.size() / scale / 4)));
    int circles = m <= 2 ? 1 : 3;
    float[] segments = new float[m == 1 ? Picture.SEGMENT : circles * parts * Picture.SEGMENT];
    if (m == 1) {
      segment(segments, 0, new float[] {-1, 0, 0}, new float[] {1, 0, 0}, view.theme.faint, scale);
      return segments;
    }
    for (int c = 0; c < circles; c++) {
      for (int i = 0; i < parts; i++) {
        int at = (c * parts + i) * Picture.SEGMENT;
        segment(
            segments,
            at,
            onCircle(c, i, parts),
            onCircle(c, i + 1, parts),
            view.theme.faint,
            scale);
      }
    }
    return segments;
  }

  private static float[] onCircle(int axis, int i, int parts) {
    double angle = 2 * StrictMath.PI * (i % parts) / parts;
    float[] point = new float[3];
    point[axis == 2 ? 1 : 0] = (float) StrictMath.cos(angle);
    point[axis == 0 ? 1 : 2] = (float) StrictMath.sin(angle);
    return point;
  }

  private static void segment(float[] s, int at, float[] a, float[] b, int colour, float scale) {
    System.arraycopy(a, 0, s, at, 3);
    System.arraycopy(b, 0, s, at + 4, 3);
    s[at + 3] = 1.2f * scale;
    colour(s, at + 8, colour);
  }

  private static void colour(float[] array, int at, int rgb) {
    array[at] = (rgb >> 16 & 255) / 255f;
    array[at + 1] = (rgb >> 8 & 255) / 255f;
    array[at + 2] = (rgb & 255) / 255f;
  }

  private static float[] edges(
      Scene scene, ViewState view, Layout layout, float[] vertices, float scale) {
    List<float[]> lines = new ArrayList<>();
    int n = scene.info().features();
    for (int cell = 0; cell < layout.cells(); cell++) {
      int model = layout.models()[cell];
      List<Interference.Edge> edges = Interference.edges(scene, model, view.tau);
      double largest = edges.isEmpty() ? 1 : Math.max(edges.get(0).weight(), 1e-30);
      for (Interference.Edge edge : edges) {
        float[] line = new float[Picture.EDGE];
        line[0] = model * n + edge.i();
        line[1] = model * n + edge.j();
        line[2] = cell;
        double strength = Math.sqrt(edge.weight() / largest);
        line[3] = (float) ((0.9 + 1.7 * strength) * (layout.cells() == 1 ? 1 : 0.7) * scale);
        double seen = cosine(vertices, (int) line[0], (int) line[1]);
        int colour = edge.cosine() > 0 ? view.theme.positive : view.theme.negative;
        colour =
            Math.abs(seen - edge.cosine()) > MISLEADING
                ? view.theme.faint
                : Palette.mix(view.theme.background, colour, 0.35 + 0.65 * strength);
        colour(line, 4, colour);
        line[7] = edge.cosine() < 0 ? 8 * scale : 0;
        lines.add(line);
      }
    }
    return join(lines, Picture.EDGE);
  }

  /** The cosine between two vertices as drawn. */
  static double cosine(float[] v, int i, int j) {
    int a = i * Vertices.FLOATS;
    int b = j * Vertices.FLOATS;
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int k = 0; k < 3; k++) {
      ab += (double) v[a + k] * v[b + k];
      aa += (double) v[a + k] * v[a + k];
      bb += (double) v[b + k] * v[b + k];
    }
    return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
  }

  /** Faces and ghosts, from back to front. */
  private static float[] triangles(
      Scene scene, ViewState view, Layout layout, Projected projected, Camera camera) {
    List<float[]> triangles = new ArrayList<>();
    if (view.faces) {
      faces(triangles, scene, view, layout, projected.vertices());
    }
    if (view.ghosts != null) {
      view.ghosts.add(triangles, scene, view, layout, projected.projection());
    }
    float[] eye = new float[16];
    camera.view().get(eye);
    triangles.sort(Comparator.comparingDouble(t -> eyeDepth(eye, t)));
    return join(triangles, 3 * Picture.CORNER);
  }

  private static void faces(
      List<float[]> triangles, Scene scene, ViewState view, Layout layout, float[] vertices) {
    for (int cell = 0; cell < layout.cells(); cell++) {
      int model = layout.models()[cell];
      List<Interference.Edge> edges = Interference.edges(scene, model, view.tau);
      int[] component = Interference.components(scene, model, edges);
      int components = IntStream.of(component).max().orElse(-1) + 1;
      for (int c = 0; c < components; c++) {
        addFaces(triangles, vertices, model, cell, component, c, view.theme);
      }
    }
  }

  private static void addFaces(
      List<float[]> triangles,
      float[] vertices,
      int model,
      int cell,
      int[] component,
      int wanted,
      Theme theme) {
    int[] members =
        IntStream.range(0, component.length).filter(i -> component[i] == wanted).toArray();
    float[] points = new float[3 * members.length];
    for (int i = 0; i < members.length; i++) {
      int at = (model * component.length + members[i]) * Vertices.FLOATS;
      System.arraycopy(vertices, at, points, 3 * i, 3);
    }
    for (int[] face : ConvexHull.faces(points)) {
      float light = light(points, face);
      for (int k = 1; k + 1 < face.length; k++) {
        float[] triangle = new float[3 * Picture.CORNER];
        int[] corners = {face[0], face[k], face[k + 1]};
        for (int c = 0; c < 3; c++) {
          int at = c * Picture.CORNER;
          System.arraycopy(points, 3 * corners[c], triangle, at, 3);
          triangle[at + 3] = cell;
          colour(triangle, at + 4, Palette.mix(Palette.category(wanted), theme.background, 0.15));
          triangle[at + 7] = face.length == points.length / 3 ? 0.12f : 0.1f + 0.12f * light;
        }
        triangles.add(triangle);
      }
    }
  }

  /** How much a face looks up, 0 to 1: neighbouring faces differ, so that edges show. */
  private static float light(float[] p, int[] face) {
    float[] u = new float[3];
    float[] v = new float[3];
    for (int k = 0; k < 3; k++) {
      u[k] = p[3 * face[1] + k] - p[3 * face[0] + k];
      v[k] = p[3 * face[2] + k] - p[3 * face[0] + k];
    }
    float x = u[1] * v[2] - u[2] * v[1];
    float y = u[2] * v[0] - u[0] * v[2];
    float z = u[0] * v[1] - u[1] * v[0];
    float length = (float) Math.sqrt(x * x + y * y + z * z);
    return length == 0 ? 0.5f : 0.5f + 0.5f * (0.3f * x + 0.8f * y + 0.52f * z) / length;
  }

  private static double eyeDepth(float[] eye, float[] t) {
    double z = 0;
    for (int c = 0; c < 3; c++) {
      int at = c * Picture.CORNER;
      z += (double) eye[2] * t[at] + (double) eye[6] * t[at + 1] + (double) eye[10] * t[at + 2];
    }
    return z;
  }

  private static float[] join(List<float[]> parts, int length) {
    float[] all = new float[parts.size() * length];
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(parts.get(i), 0, all, i * length, length);
    }
    return all;
  }
}
