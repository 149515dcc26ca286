package toymodels.viewer.internal.gl;

import static org.lwjgl.glfw.GLFW.*;
import static org.lwjgl.opengl.GL41C.glFinish;

import java.nio.IntBuffer;
import java.util.Map;
import org.lwjgl.glfw.Callbacks;
import org.lwjgl.glfw.GLFWErrorCallback;
import org.lwjgl.opengl.GL;
import org.lwjgl.system.MemoryStack;
import toymodels.natives.Lwjgl;

/** A window with an OpenGL context, current on the thread that made it. */
public final class GlfwWindow implements GlContext {
  static {
    Lwjgl.load();
  }

  private final long handle;
  private final boolean egl;

  private GlfwWindow(long handle, boolean egl) {
    this.handle = handle;
    this.egl = egl;
  }

  /**
   * Opens a window.
   *
   * @throws IllegalStateException if there is no display or no OpenGL 4.1, saying what to do
   */
  static GlfwWindow open(String title, int width, int height) {
    StringBuilder errors = new StringBuilder();
    try {
      Lwjgl.loadOpenGl();
    } catch (LinkageError e) {
      throw new IllegalStateException("there is no OpenGL here: " + e.getMessage(), e);
    }
    XlibErrors.install();
    GLFWErrorCallback before =
        glfwSetErrorCallback(
            (code, text) -> errors.append(GLFWErrorCallback.getDescription(text)).append("; "));
    if (before != null) {
      before.free();
    }
    if (Lwjgl.onLinux() && !wayland(System.getenv())) {
      // Wayland's library writes to standard error when it is looked for in vain.
      glfwInitHint(GLFW_PLATFORM, GLFW_PLATFORM_X11);
    }
    if (!glfwInit()) {
      throw new IllegalStateException(
          "no window can be opened (%s): use --headless with --screenshot or --record"
              .formatted(errors.toString().replaceAll("; $", "")));
    }
    glfwDefaultWindowHints();
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 1);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    boolean egl = Lwjgl.onLinux();
    if (egl) {
      glfwWindowHint(GLFW_CONTEXT_CREATION_API, GLFW_EGL_CONTEXT_API);
    }
    long handle = glfwCreateWindow(width, height, title, 0, 0);
    if (handle == 0) {
      glfwTerminate();
      throw new IllegalStateException(
          "no window with OpenGL 4.1 can be opened (%s): use --headless"
              .formatted(errors.toString().replaceAll("; $", "")));
    }
    glfwMakeContextCurrent(handle);
    GL.createCapabilities();
    // Frames are paced by their cost to training, never by the display.
    glfwSwapInterval(0);
    return new GlfwWindow(handle, egl);
  }

  /** Whether a Wayland compositor can be meant at all. */
  private static boolean wayland(Map<String, String> environment) {
    return environment.containsKey("XDG_RUNTIME_DIR")
        && (environment.containsKey("WAYLAND_DISPLAY")
            || environment.containsKey("WAYLAND_SOCKET"));
  }

  @Override
  public String name() {
    return "a window, its context made by " + (egl ? "EGL" : "the system");
  }

  public long handle() {
    return handle;
  }

  /** Width and height in pixels. */
  public int[] pixels() {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer width = stack.mallocInt(1);
      IntBuffer height = stack.mallocInt(1);
      glfwGetFramebufferSize(handle, width, height);
      return new int[] {Math.max(1, width.get(0)), Math.max(1, height.get(0))};
    }
  }

  /** Width and height as {@link #open} takes them. */
  public int[] size() {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer width = stack.mallocInt(1);
      IntBuffer height = stack.mallocInt(1);
      glfwGetWindowSize(handle, width, height);
      return new int[] {Math.max(1, width.get(0)), Math.max(1, height.get(0))};
    }
  }

  /** Pixels to a unit of the mouse's coordinates. */
  double pixelsPerUnit() {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer width = stack.mallocInt(1);
      glfwGetWindowSize(handle, width, null);
      return (double) pixels()[0] / Math.max(1, width.get(0));
    }
  }

  /** How much larger than usual letters have to be on this monitor. */
  public float scale() {
    float[] x = new float[1];
    glfwGetWindowContentScale(handle, x, new float[1]);
    return x[0] > 0 ? x[0] : 1;
  }

  public boolean minimised() {
    return glfwGetWindowAttrib(handle, GLFW_ICONIFIED) == GLFW_TRUE;
  }

  public boolean closing() {
    return glfwWindowShouldClose(handle);
  }

  /** Shows what was drawn, once it is: so that its cost is known. */
  void swap() {
    glfwSwapBuffers(handle);
    glFinish();
  }

  @Override
  public void close() {
    GL.setCapabilities(null);
    Callbacks.glfwFreeCallbacks(handle);
    glfwDestroyWindow(handle);
    glfwTerminate();
    GLFWErrorCallback callback = glfwSetErrorCallback(null);
    if (callback != null) {
      callback.free();
    }
  }
}
