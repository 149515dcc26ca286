package toymodels.viewer.internal.picture;

/** From the world to pixels of a cell. */
public final class CellTransform {
  final float[] view = new float[16];
  final float[] projection = new float[16];
  public final boolean orthographic;
  private final int[] rectangles;

  public CellTransform(Picture picture) {
    picture.view().get(view);
    picture.projection().get(projection);
    orthographic = picture.orthographic();
    rectangles = picture.layout().rectangles();
  }

  /** A point in the eye's coordinates. */
  public float[] toEye(float x, float y, float z) {
    return new float[] {
      view[0] * x + view[4] * y + view[8] * z + view[12],
      view[1] * x + view[5] * y + view[9] * z + view[13],
      view[2] * x + view[6] * y + view[10] * z + view[14]
    };
  }

  /** Pixel x, pixel y, depth from −1 to 1; null if the point is not in front of the eye. */
  public float[] project(int cell, float x, float y, float z) {
    return fromEye(cell, toEye(x, y, z));
  }

  /** As {@link #project}, of a point in the eye's coordinates. */
  public float[] fromEye(int cell, float[] e) {
    float w = orthographic ? 1 : -e[2];
    if (w <= 1e-6f) {
      return null;
    }
    return new float[] {
      rectangles[4 * cell] + (0.5f + 0.5f * projection[0] * e[0] / w) * rectangles[4 * cell + 2],
      rectangles[4 * cell + 1]
          + (0.5f - 0.5f * projection[5] * e[1] / w) * rectangles[4 * cell + 3],
      (projection[10] * e[2] + projection[14]) / w
    };
  }

  /** Pixels that one world unit is high at a point in the eye's coordinates. */
  public float pixelsPerUnit(int cell, float[] eye) {
    return 0.5f * projection[5] * rectangles[4 * cell + 3] / (orthographic ? 1 : -eye[2]);
  }

  /**
   * Where the ray through a pixel meets the plane one unit before the eye (or, parallel, z = 0).
   */
  public float rayX(int cell, float px) {
    return ((px - rectangles[4 * cell]) / rectangles[4 * cell + 2] * 2 - 1) / projection[0];
  }

  public float rayY(int cell, float py) {
    return (1 - (py - rectangles[4 * cell + 1]) / rectangles[4 * cell + 3] * 2) / projection[5];
  }

  /** Depth of a point in the eye's coordinates. */
  public float depth(float z) {
    return (projection[10] * z + projection[14]) / (orthographic ? 1 : -z);
  }
}
