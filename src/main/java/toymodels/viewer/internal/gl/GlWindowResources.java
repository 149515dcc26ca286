package toymodels.viewer.internal.gl;

import static org.lwjgl.glfw.GLFW.*;

import java.util.Optional;
import java.util.function.Consumer;
import toymodels.natives.Lwjgl;
import toymodels.natives.NativeLoadException;
import toymodels.viewer.VertexUploaders;
import toymodels.viewer.internal.picture.Picture;

/** All of a window that is lost with its OpenGL context: the window, the renderer, the panels. */
public final class GlWindowResources implements AutoCloseable {
  static {
    Lwjgl.load();
  }

  public final GlfwWindow window;
  public final GlRenderer renderer;
  public final Input input;
  private final ViewController session;
  private final FramePacer pace;
  private final Optional<Panels> panels;
  private boolean closed;

  private GlWindowResources(
      GlfwWindow window,
      GlRenderer renderer,
      ViewController session,
      FramePacer pace,
      Consumer<String> log) {
    this.window = window;
    this.renderer = renderer;
    this.session = session;
    this.pace = pace;
    this.input = new Input(session, renderer);
    this.panels = panels(log);
    listen();
  }

  public static GlWindowResources open(
      ViewController session,
      FramePacer pace,
      int width,
      int height,
      VertexUploaders feeds,
      Consumer<String> log) {
    String title = session.source.newest().info().title();
    GlfwWindow window = GlfwWindow.open(title, width, height);
    try {
      GlRenderer renderer = new GlRenderer(feeds.open());
      log.accept("drawn by %s, in %s".formatted(renderer.name(), window.name()));
      return new GlWindowResources(window, renderer, session, pace, log);
    } catch (RuntimeException e) {
      window.close();
      throw e;
    }
  }

  private Optional<Panels> panels(Consumer<String> log) {
    try {
      return Optional.of(
          new Panels(
              session.view, session.source::status, a -> session.act(a, false), window.scale()));
    } catch (IllegalStateException | NativeLoadException | LinkageError e) {
      log.accept(
          "no panels ("
              + NativeLoadException.words(e)
              + "); every control is on the keyboard, ? lists it");
      return Optional.empty();
    }
  }

  private void listen() {
    long w = window.handle();
    glfwSetKeyCallback(
        w,
        (h, key, code, action, mods) -> {
          pace.steered(glfwGetTime());
          input.key(key, action, mods);
        });
    glfwSetCharCallback(w, (h, codepoint) -> input.character(codepoint));
    glfwSetCursorPosCallback(
        w,
        (h, x, y) -> {
          double k = window.pixelsPerUnit();
          panels.ifPresent(p -> p.move(x * k, y * k));
          input.move(x * k, y * k);
          if (input.pressed()) {
            pace.steered(glfwGetTime());
          }
        });
    glfwSetMouseButtonCallback(
        w,
        (h, button, action, mods) -> {
          pace.steered(glfwGetTime());
          panels.ifPresent(p -> p.button(button, action == GLFW_PRESS));
          if (action == GLFW_RELEASE || panels.isEmpty() || !panels.get().wantsMouse()) {
            input.button(button, action, mods, glfwGetTime());
          }
          session.touch();
        });
    glfwSetScrollCallback(
        w,
        (h, x, y) -> {
          pace.steered(glfwGetTime());
          panels.ifPresent(p -> p.scroll(y));
          if (panels.isEmpty() || !panels.get().wantsMouse()) {
            input.scroll(y);
          }
        });
    glfwSetFramebufferSizeCallback(w, (h, width, height) -> session.touch());
    glfwSetWindowRefreshCallback(w, h -> session.touch());
  }

  /**
   * Draws a picture, and the panels over it.
   *
   * @throws ContextLostException if OpenGL can draw no longer
   */
  public void show(Picture picture, float scale, double seconds) {
    renderer.draw(picture);
    input.shown(picture, scale);
    renderer.canvas().present();
    panels.ifPresent(p -> p.draw(picture.width(), picture.height(), seconds));
    window.swap();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      panels.ifPresent(Panels::close);
      renderer.close();
    } finally {
      window.close();
    }
  }
}
