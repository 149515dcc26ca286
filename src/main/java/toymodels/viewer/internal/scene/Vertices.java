package toymodels.viewer.internal.scene;

import toymodels.viewer.Projection;
import toymodels.viewer.Scene;

/**
 * Where features are drawn and in which colour: 8 floats each, x, y, z, norm, red, green, blue, 1.
 *
 * <p>The kernel {@code kernels/project.cu} writes the same bits into a buffer of OpenGL.
 */
public final class Vertices {
  /** Floats of one feature. */
  public static final int FLOATS = 8;

  private Vertices() {}

  /**
   * The vertices of all models.
   *
   * @param entries colour of each feature as an index into the table, (models, features)
   * @param table (256, 3)
   * @return (models, features, 8)
   */
  public static float[] of(Scene scene, Projection projection, byte[] entries, float[] table) {
    int m = scene.info().hidden();
    int n = scene.info().features();
    float[] vertices = new float[scene.info().vectors() * FLOATS];
    for (int v = 0; v < scene.info().vectors(); v++) {
      int at = v * FLOATS;
      projection.apply(v / n, scene.directions(), v * m, vertices, at);
      float square = 0;
      for (int h = 0; h < m; h++) {
        float w = scene.directions()[v * m + h];
        square = Math.fma(w, w, square);
      }
      vertices[at + 3] = (float) Math.sqrt(square);
      int entry = 3 * (entries[v] & 255);
      vertices[at + 4] = table[entry];
      vertices[at + 5] = table[entry + 1];
      vertices[at + 6] = table[entry + 2];
      vertices[at + 7] = 1;
    }
    return vertices;
  }
}
