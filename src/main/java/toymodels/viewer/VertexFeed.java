package toymodels.viewer;

/**
 * Puts the vertices of all models into a buffer of OpenGL: copied from the host, or written by a
 * kernel on the device. Called on the thread that holds the OpenGL context.
 */
public interface VertexFeed extends AutoCloseable {
  /** What it does and why so, for people, such as {@code vertices copied from the host}. */
  String name();

  /**
   * A buffer was made, and replaces the one before, which still exists.
   *
   * @param buffer its name in OpenGL
   * @param bytes its size
   */
  void attach(int buffer, long bytes);

  /** Fills the attached buffer with (models, features, 8) numbers, see {@link Vertices}. */
  void fill(Projected projected);

  @Override
  void close();

  /**
   * The way that always works.
   *
   * @param why no other way was taken, or empty
   */
  static VertexFeed fromHost(String why) {
    return new HostUpload(why);
  }
}
