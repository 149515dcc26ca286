package toymodels.viewer.internal.picture;

import org.joml.Matrix4f;
import toymodels.viewer.Scene;
import toymodels.viewer.internal.scene.Projected;

/**
 * All that a renderer has to know to draw one frame; never changed.
 *
 * @param width pixels
 * @param height pixels
 * @param background 0xrrggbb
 * @param view world to eye
 * @param projection eye to the clip space of a cell
 * @param orthographic whether rays are parallel
 * @param vectors vertices of all models, shown or not
 * @param features n, vertices of one model
 * @param layout cells and their models
 * @param projected where features are, and their colours
 * @param radius of a feature's ball, in world units
 * @param shaft width of the line from the origin to a feature in pixels; 0 for none
 * @param segments lines drawn in every cell, 12 floats each: from (3), width in pixels, to (3),
 *     dash in pixels or 0, red, green, blue, unused
 * @param edges lines between features, 8 floats each: two vertices, cell, width in pixels, red,
 *     green, blue, dash in pixels or 0
 * @param triangles translucent, back to front, 8 floats a corner: x, y, z, cell, red, green, blue,
 *     alpha
 * @param overlay what is painted over it
 */
public record Picture(
    int width,
    int height,
    int background,
    Matrix4f view,
    Matrix4f projection,
    boolean orthographic,
    int vectors,
    int features,
    Layout layout,
    Projected projected,
    float radius,
    float shaft,
    float[] segments,
    float[] edges,
    float[] triangles,
    Overlay overlay) {
  public static final int SEGMENT = 12;
  public static final int EDGE = 8;
  public static final int CORNER = 8;

  /** Norms below this draw as hollow rings. */
  public static final float HOLLOW = Scene.NOT_REPRESENTED;

  /** The same on another background. */
  public Picture over(int other) {
    return new Picture(
        width,
        height,
        other,
        view,
        projection,
        orthographic,
        vectors,
        features,
        layout,
        projected,
        radius,
        shaft,
        segments,
        edges,
        triangles,
        overlay);
  }

  /** Vertices of all models, see {@code Vertices}: made on the host at the first call. */
  public float[] vertices() {
    return projected.vertices();
  }
}
