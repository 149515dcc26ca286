package toymodels.viewer;

import java.util.Locale;
import org.lwjgl.glfw.GLFW;
import org.lwjgl.opengl.GL;
import org.lwjgl.stb.STBTruetype;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.Library;
import toymodels.natives.Natives;

/**
 * The native libraries of LWJGL and Dear ImGui, loaded once from a private directory (see {@link
 * Natives}).
 */
final class ViewerNatives {
  private static boolean lwjgl;
  private static boolean opengl;
  private static boolean panels;

  private ViewerNatives() {}

  /**
   * LWJGL: stb, which writes pictures and text for every renderer, and the bindings of OpenGL and
   * GLFW. All at once, because LWJGL decides once where it unpacks to.
   */
  static synchronized void load() {
    if (lwjgl) {
      return;
    }
    try (Natives natives = Natives.open()) {
      natives.unpack(library("", "lwjgl"));
      natives.unpack(library("stb/", "lwjgl_stb"));
      natives.unpack(library("opengl/", "lwjgl_opengl"));
      natives.unpack(library("glfw/", "glfw"));
      Configuration.SHARED_LIBRARY_EXTRACT_PATH.set(natives.directory().toString());
      Configuration.LIBRARY_PATH.set(natives.directory().toString());
      Configuration.OPENGL_EXPLICIT_INIT.set(true);
      Library.initialize();
      touch(STBTruetype.class);
      touch(GL.class);
      touch(GLFW.class);
    }
    lwjgl = true;
  }

  /**
   * The system's OpenGL, whose contexts are made by EGL on Linux, with or without a window.
   *
   * @throws UnsatisfiedLinkError if the system has no OpenGL
   */
  static synchronized void loadOpenGl() {
    load();
    if (!opengl) {
      if (onLinux()) {
        Configuration.OPENGL_CONTEXT_API.set("EGL");
      }
      GL.create();
      opengl = true;
    }
  }

  /**
   * Dear ImGui.
   *
   * @throws IllegalStateException if it does not exist for this system
   */
  static synchronized void loadPanels() {
    loadOpenGl();
    if (!panels) {
      String resource = "io/imgui/java/native-bin/" + mapped("imgui-java64");
      try (Natives natives = Natives.open()) {
        natives.unpack(resource);
        System.setProperty("imgui.library.path", natives.directory().toString());
        natives.asTemporaryDirectory(() -> touch(imgui.ImGui.class));
      }
      panels = true;
    }
  }

  private static String library(String module, String name) {
    String system = onLinux() ? "linux" : isMac() ? "macos" : "windows";
    String architecture = System.getProperty("os.arch").contains("aarch64") ? "arm64" : "x64";
    return "%s/%s/org/lwjgl/%s%s".formatted(system, architecture, module, mapped(name));
  }

  private static String mapped(String name) {
    return System.mapLibraryName(name);
  }

  static boolean onLinux() {
    return system().contains("linux");
  }

  private static boolean isMac() {
    return system().contains("mac");
  }

  private static String system() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT);
  }

  private static void touch(Class<?> initialised) {
    try {
      Class.forName(initialised.getName());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(initialised + " is on the class path", e);
    }
  }
}
