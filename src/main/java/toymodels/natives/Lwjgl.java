package toymodels.natives;

import java.util.List;
import java.util.Locale;
import org.lwjgl.glfw.GLFW;
import org.lwjgl.opengl.GL;
import org.lwjgl.stb.STBImageWrite;
import org.lwjgl.stb.STBTruetype;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.Library;

/**
 * The native libraries of LWJGL: stb, which writes pictures and text for every renderer, and the
 * bindings of OpenGL and GLFW. All are loaded at once, from one private directory.
 *
 * <p>Every class that uses LWJGL begins with {@code static { Lwjgl.load(); }}, which Java runs
 * before anything else of the class; a test holds that.
 */
public final class Lwjgl {
  private static boolean loaded;
  private static boolean opengl;

  /** Of a class of LWJGL, which after a failed initialisation can never be used. */
  private static NativeLoadException failure;

  private Lwjgl() {}

  /**
   * Loads LWJGL unless it is loaded.
   *
   * @throws NativeLoadException if it cannot be loaded
   */
  public static synchronized void load() {
    if (failure != null) {
      throw failure;
    }
    if (loaded) {
      return;
    }
    List<String> libraries =
        List.of(
            library("", "lwjgl"),
            library("stb/", "lwjgl_stb"),
            library("opengl/", "lwjgl_opengl"),
            library("glfw/", "glfw"));
    try {
      Natives.load(libraries, Lwjgl::initialise);
    } catch (LinkageError e) {
      failure = NativeLoadException.of("LWJGL", e);
      throw failure;
    }
    loaded = true;
  }

  private static void initialise(Natives natives) {
    PrivateNames.use(natives.directory());
    Configuration.BUNDLED_LIBRARY_NAME_MAPPER.set(PrivateNames.class.getName());
    Configuration.SHARED_LIBRARY_EXTRACT_PATH.set(natives.directory().toString());
    Configuration.OPENGL_EXPLICIT_INIT.set(true);
    Library.initialize();
    touch(STBTruetype.class);
    touch(STBImageWrite.class);
    touch(GL.class);
    touch(GLFW.class);
  }

  /**
   * The system's OpenGL, whose contexts are made by EGL on Linux, with or without a window.
   *
   * @throws UnsatisfiedLinkError if the system has no OpenGL
   */
  public static synchronized void loadOpenGl() {
    load();
    if (!opengl) {
      if (onLinux()) {
        Configuration.OPENGL_CONTEXT_API.set("EGL");
      }
      GL.create();
      opengl = true;
    }
  }

  private static String library(String module, String name) {
    String system = onLinux() ? "linux" : isMac() ? "macos" : "windows";
    String architecture = System.getProperty("os.arch").contains("aarch64") ? "arm64" : "x64";
    String file = System.mapLibraryName(name);
    return "%s/%s/org/lwjgl/%s%s".formatted(system, architecture, module, file);
  }

  /** Whether this is Linux. */
  public static boolean onLinux() {
    return system().contains("linux");
  }

  /** Whether this is macOS, where windows belong to the process's first thread. */
  public static boolean isMac() {
    return system().contains("mac");
  }

  private static String system() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT);
  }

  static void touch(Class<?> initialised) {
    try {
      Class.forName(initialised.getName());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(initialised + " is on the class path", e);
    }
  }
}
