package toymodels.viewer;

/** An OpenGL context, current on the thread that made it. */
interface GlContext extends AutoCloseable {
  /** How it was made, for people, such as {@code EGL device 0, no display}. */
  String name();

  @Override
  void close();
}
