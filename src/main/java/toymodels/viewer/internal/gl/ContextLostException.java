package toymodels.viewer.internal.gl;

/** OpenGL can draw no longer: the graphics card was reset, or its context destroyed. */
public final class ContextLostException extends RuntimeException {
  public ContextLostException(String message) {
    super(message);
  }
}
