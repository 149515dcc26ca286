package toymodels.viewer.internal.gl;

/** An OpenGL context, current on the thread that made it. */
public interface GlContext extends AutoCloseable {
  /** How it was made, in words, such as {@code EGL device 0, no display}. */
  String name();

  @Override
  void close();
}
