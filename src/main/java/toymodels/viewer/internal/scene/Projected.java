package toymodels.viewer.internal.scene;

import toymodels.viewer.Colouring;
import toymodels.viewer.Projection;
import toymodels.viewer.Scene;

/**
 * Where the features of a scene are drawn and in which colour: made on the host when the host needs
 * them, or on the device by {@code kernels/project.cu} with the same bits.
 */
public final class Projected {
  private final Scene scene;
  private final Projection projection;
  private final Colouring colouring;
  private final byte[] entries;
  private final float[] table;
  private float[] vertices;

  /**
   * @param entries see {@link Colouring#entries}; null if they are to be made of the scene
   * @param table (256, 3)
   */
  public Projected(
      Scene scene, Projection projection, Colouring colouring, byte[] entries, float[] table) {
    this.scene = scene;
    this.projection = projection;
    this.colouring = colouring;
    this.entries = entries;
    this.table = table;
  }

  public Scene scene() {
    return scene;
  }

  public Projection projection() {
    return projection;
  }

  public Colouring colouring() {
    return colouring;
  }

  /** Numbers at the first and last entry of the table. */
  public double[] range() {
    return colouring.range(scene.info());
  }

  /** Entries of the table, (models, features); empty if the colouring makes them of the weights. */
  public byte[] entries() {
    return entries == null ? new byte[0] : entries;
  }

  /** Colours, (256, 3). */
  public float[] table() {
    return table;
  }

  /** Whether the host has used its vertices for something in the picture. */
  public boolean onHost() {
    return vertices != null;
  }

  /** (models, features, 8), see {@link Vertices}; made at the first call. */
  public float[] vertices() {
    if (vertices == null) {
      byte[] all = entries == null ? colouring.entries(scene, 0) : entries;
      vertices = Vertices.of(scene, projection, all, table);
    }
    return vertices;
  }
}
