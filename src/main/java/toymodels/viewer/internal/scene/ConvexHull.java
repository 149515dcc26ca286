package toymodels.viewer.internal.scene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Faces of the convex hull of a few points in three dimensions, as convex polygons. */
public final class ConvexHull {
  /** More points than this make a ball, not a polytope one can read. */
  static final int MOST = 64;

  /** Points nearer to a face's plane than this part of the extent lie on it. */
  private static final double FLAT = 1e-3;

  private ConvexHull() {}

  /**
   * The faces: indices of the corners in order around each face, seen from outside
   * counter-clockwise. A flat set of at least three points has one face; fewer points have none.
   *
   * @param points (count, 3), count at most {@value #MOST}
   */
  public static List<int[]> faces(float[] points) {
    int count = points.length / 3;
    List<int[]> faces = new ArrayList<>();
    if (count < 3 || count > MOST) {
      return faces;
    }
    double extent = 0;
    for (float p : points) {
      extent = Math.max(extent, Math.abs(p));
    }
    double tolerance = FLAT * extent;
    List<double[]> planes = new ArrayList<>();
    for (int a = 0; a < count; a++) {
      for (int b = a + 1; b < count; b++) {
        for (int c = b + 1; c < count; c++) {
          double[] normal = normal(points, a, b, c);
          if (normal != null) {
            addFace(points, a, normal, tolerance, planes, faces);
          }
        }
      }
    }
    return faces;
  }

  private static void addFace(
      float[] points,
      int corner,
      double[] normal,
      double tolerance,
      List<double[]> planes,
      List<int[]> faces) {
    double offset = dot(normal, points, corner);
    int count = points.length / 3;
    int above = 0;
    int below = 0;
    for (int i = 0; i < count; i++) {
      double distance = dot(normal, points, i) - offset;
      above += distance > tolerance ? 1 : 0;
      below += distance < -tolerance ? 1 : 0;
    }
    if (above > 0 && below > 0) {
      return;
    }
    double sign = above > 0 ? -1 : 1;
    double[] plane = {sign * normal[0], sign * normal[1], sign * normal[2], sign * offset};
    for (double[] known : planes) {
      double same = known[0] * plane[0] + known[1] * plane[1] + known[2] * plane[2];
      boolean flat = above == 0 && below == 0;
      if ((flat ? Math.abs(same) : same) > 1 - 1e-4
          && Math.abs(known[3] - Math.copySign(1, same) * plane[3]) <= 4 * tolerance) {
        return;
      }
    }
    planes.add(plane);
    int[] on =
        IntStream.range(0, count)
            .filter(i -> Math.abs(dot(plane, points, i) - plane[3]) <= tolerance)
            .toArray();
    faces.add(around(points, on, plane));
  }

  /** The corners of the convex polygon of points in a plane, in order around it. */
  private static int[] around(float[] points, int[] on, double[] n) {
    double[] u = {n[1], -n[0], 0};
    if (Math.abs(n[2]) > 0.9) {
      u = new double[] {0, n[2], -n[1]};
    }
    double length = Math.sqrt(u[0] * u[0] + u[1] * u[1] + u[2] * u[2]);
    double[] x = {u[0] / length, u[1] / length, u[2] / length};
    double[] y = {n[1] * x[2] - n[2] * x[1], n[2] * x[0] - n[0] * x[2], n[0] * x[1] - n[1] * x[0]};
    Integer[] order = Arrays.stream(on).boxed().toArray(Integer[]::new);
    Arrays.sort(
        order,
        Comparator.comparingDouble((Integer i) -> dot(x, points, i))
            .thenComparingDouble(i -> dot(y, points, i)));
    // Andrew's monotone chain in the plane's own coordinates.
    List<Integer> hull = new ArrayList<>();
    for (int pass = 0; pass < 2; pass++) {
      int start = hull.size();
      for (int k = 0; k < order.length; k++) {
        int p = order[pass == 0 ? k : order.length - 1 - k];
        while (hull.size() >= start + 2
            && turn(points, x, y, hull.get(hull.size() - 2), hull.get(hull.size() - 1), p) <= 0) {
          hull.remove(hull.size() - 1);
        }
        hull.add(p);
      }
      hull.remove(hull.size() - 1);
    }
    return hull.stream().mapToInt(Integer::intValue).toArray();
  }

  private static double turn(float[] points, double[] x, double[] y, int a, int b, int c) {
    double abx = dot(x, points, b) - dot(x, points, a);
    double aby = dot(y, points, b) - dot(y, points, a);
    double acx = dot(x, points, c) - dot(x, points, a);
    double acy = dot(y, points, c) - dot(y, points, a);
    return abx * acy - aby * acx;
  }

  private static double[] normal(float[] p, int a, int b, int c) {
    double ux = p[3 * b] - p[3 * a];
    double uy = p[3 * b + 1] - p[3 * a + 1];
    double uz = p[3 * b + 2] - p[3 * a + 2];
    double vx = p[3 * c] - p[3 * a];
    double vy = p[3 * c + 1] - p[3 * a + 1];
    double vz = p[3 * c + 2] - p[3 * a + 2];
    double nx = uy * vz - uz * vy;
    double ny = uz * vx - ux * vz;
    double nz = ux * vy - uy * vx;
    double length = Math.sqrt(nx * nx + ny * ny + nz * nz);
    double size = Math.sqrt((ux * ux + uy * uy + uz * uz) * (vx * vx + vy * vy + vz * vz));
    return length <= 1e-4 * size || size == 0
        ? null
        : new double[] {nx / length, ny / length, nz / length};
  }

  private static double dot(double[] direction, float[] points, int i) {
    return direction[0] * points[3 * i]
        + direction[1] * points[3 * i + 1]
        + direction[2] * points[3 * i + 2];
  }
}
