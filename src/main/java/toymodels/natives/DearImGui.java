package toymodels.natives;

import java.util.List;

/** The native library of Dear ImGui. Classes that use it begin with {@code load}. */
public final class DearImGui {
  private static boolean loaded;

  private DearImGui() {}

  /**
   * Loads Dear ImGui, and LWJGL and OpenGL, which its renderer draws with, unless they are loaded.
   *
   * @throws NativeLoadException if it does not exist for this system, or does not load
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    Lwjgl.loadOpenGl();
    String library = System.mapLibraryName("imgui-java64");
    Natives.load(
        List.of("io/imgui/java/native-bin/" + library),
        natives -> {
          // With this name imgui-java unpacks nothing and loads nothing else.
          System.setProperty("imgui.library.path", natives.directory().toString());
          Lwjgl.touch(imgui.ImGui.class);
        });
    loaded = true;
  }
}
