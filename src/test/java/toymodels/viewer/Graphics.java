package toymodels.viewer;

import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Assumptions;
import toymodels.viewer.internal.gl.EglContext;

/**
 * OpenGL for tests: without it they are skipped, saying why, or fail with {@code -Dgl=required}.
 */
public final class Graphics {
  private Graphics() {}

  /** A context without a display. */
  public static EglContext headless() {
    try {
      return EglContext.open(-1);
    } catch (IllegalStateException e) {
      return skip(e.getMessage());
    }
  }

  /** Skips the test, or fails it if OpenGL is required. */
  static <T> T skip(String reason) {
    if ("required".equals(System.getProperty("gl"))) {
      fail("OpenGL is required, but " + reason);
    }
    Assumptions.abort("skipped: " + reason);
    throw new AssertionError("abort throws");
  }
}
