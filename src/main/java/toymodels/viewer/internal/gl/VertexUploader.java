package toymodels.viewer.internal.gl;

import toymodels.viewer.internal.scene.Projected;

/**
 * Puts the vertices of all models into a buffer of OpenGL: copied from the host, or written by a
 * kernel on the device. Called on the thread that holds the OpenGL context.
 */
public interface VertexUploader extends AutoCloseable {
  /** What it does and why so, in words, such as {@code vertices copied from the host}. */
  String name();

  /**
   * A buffer was made, and replaces the one before, which still exists.
   *
   * @param buffer its name in OpenGL
   * @param bytes its size
   */
  void attach(int buffer, long bytes);

  /** Fills the attached buffer with (models, features, 8) numbers, see {@code Vertices}. */
  void fill(Projected projected);

  @Override
  void close();

  /**
   * The way that always works.
   *
   * @param why no other way was taken, or empty
   */
  static VertexUploader fromHost(String why) {
    return new HostUploader(why);
  }
}
