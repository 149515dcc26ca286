package toymodels.viewer;

/**
 * Puts the vertices of all models into a buffer of OpenGL: copied from the host, or written by a
 * kernel on the device. Called on the thread that holds the OpenGL context.
 */
public interface VertexFeed extends AutoCloseable {
  /** What it does, for people, such as {@code host upload}. */
  String name();

  /**
   * A buffer was made, and replaces the one before, which still exists.
   *
   * @param buffer its name in OpenGL
   * @param bytes its size
   */
  void attach(int buffer, long bytes);

  /**
   * Fills the attached buffer.
   *
   * @param vertices (models, features, 8), see {@link Vertices}; null if the host does not know
   *     them
   */
  void fill(float[] vertices);

  @Override
  void close();
}
