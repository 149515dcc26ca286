package toymodels.viewer;

import static org.lwjgl.glfw.GLFW.*;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The window: shows a source until it is closed. */
public final class Viewer implements AutoCloseable {
  /** Seconds without an event after which a still picture looks whether it is stale. */
  private static final double IDLE = 0.25;

  /** Most frames of a recording: they are kept in memory. */
  private static final int MOST_RECORDED = 600;

  private final GlfwWindow window;
  private final GlRenderer renderer;
  private final Session session;
  private final Input input;
  private final Optional<Panels> panels;
  private final Path pictures;
  private final Consumer<String> log;
  private List<Image> recording;
  private Picture picture;
  private double lastTime;
  private long frames;

  private Viewer(
      GlfwWindow window,
      GlRenderer renderer,
      Session session,
      Path pictures,
      Consumer<String> log) {
    this.window = window;
    this.renderer = renderer;
    this.session = session;
    this.input = new Input(session, renderer);
    this.pictures = pictures;
    this.log = log;
    this.panels = panels();
    this.lastTime = glfwGetTime();
    listen();
  }

  /**
   * Opens a window, on the calling thread, which has to be the process's first on macOS.
   *
   * @param feeds where vertices come from
   * @param pictures directory that pictures are saved to
   * @param log hears what people should know
   * @throws IllegalStateException if there is no display or no OpenGL 4.1, saying what to do
   */
  public static Viewer open(
      Source source,
      View view,
      int width,
      int height,
      Feeds feeds,
      Path pictures,
      Consumer<String> log) {
    GlfwWindow window = GlfwWindow.open(source.newest().cast().title(), width, height);
    try {
      GlRenderer renderer = new GlRenderer(feeds.open());
      log.accept("drawn by %s, in %s".formatted(renderer.name(), window.name()));
      return new Viewer(window, renderer, new Session(source, view), pictures, log);
    } catch (RuntimeException e) {
      window.close();
      throw e;
    }
  }

  private Optional<Panels> panels() {
    try {
      return Optional.of(
          new Panels(
              session.view, session.source::status, a -> session.act(a, false), window.scale()));
    } catch (IllegalStateException | LinkageError e) {
      log.accept(
          "no panels (" + e.getMessage() + "); every control is on the keyboard, ? lists it");
      return Optional.empty();
    }
  }

  private void listen() {
    long w = window.handle();
    glfwSetKeyCallback(w, (h, key, code, action, mods) -> input.key(key, action, mods));
    glfwSetCharCallback(w, (h, codepoint) -> input.character(codepoint));
    glfwSetCursorPosCallback(
        w,
        (h, x, y) -> {
          double k = window.pixelsPerUnit();
          panels.ifPresent(p -> p.move(x * k, y * k));
          input.move(x * k, y * k);
        });
    glfwSetMouseButtonCallback(
        w,
        (h, button, action, mods) -> {
          panels.ifPresent(p -> p.button(button, action == GLFW_PRESS));
          if (action == GLFW_RELEASE || panels.isEmpty() || !panels.get().wantsMouse()) {
            input.button(button, action, mods, glfwGetTime());
          }
          session.touch();
        });
    glfwSetScrollCallback(
        w,
        (h, x, y) -> {
          panels.ifPresent(p -> p.scroll(y));
          if (panels.isEmpty() || !panels.get().wantsMouse()) {
            input.scroll(y);
          }
        });
    glfwSetFramebufferSizeCallback(w, (h, width, height) -> session.touch());
    glfwSetWindowRefreshCallback(w, h -> session.touch());
  }

  /** Shows frames until the window is closed. */
  public void run() {
    while (frame()) {
      // Everything is done in the condition.
    }
  }

  /**
   * Handles what happened and shows one frame if it differs from the last.
   *
   * @return whether the window is still open
   */
  public boolean frame() {
    if (window.minimised() || !session.changed()) {
      glfwWaitEventsTimeout(IDLE);
    } else {
      glfwPollEvents();
    }
    double now = glfwGetTime();
    double seconds = now - lastTime;
    lastTime = now;
    session.tick(seconds);
    session.outside().ifPresent(this::outside);
    if (window.minimised()) {
      return !window.closing() && !session.quit();
    }
    int[] size = window.pixels();
    float scale = window.scale();
    picture = session.picture(session.scene(), size[0], size[1], scale);
    renderer.draw(picture);
    input.shown(picture, scale);
    if (recording != null && recording.size() < MOST_RECORDED) {
      recording.add(renderer.read());
    }
    renderer.canvas().present();
    panels.ifPresent(p -> p.draw(size[0], size[1], seconds));
    window.swap();
    frames++;
    return !window.closing() && !session.quit();
  }

  private void outside(Action action) {
    switch (action) {
      case SCREENSHOT -> save();
      case RECORD -> record();
      case COPY_CAMERA -> {
        glfwSetClipboardString(window.handle(), session.view.camera.toJson());
        session.say("camera copied");
      }
      case PASTE_CAMERA -> paste();
      default -> throw new AssertionError(action);
    }
  }

  private void paste() {
    String text = glfwGetClipboardString(window.handle());
    try {
      session.view.camera = Camera.parse(text == null ? "" : text);
      session.say("camera pasted");
    } catch (IllegalArgumentException e) {
      session.say("the clipboard holds no camera");
    }
  }

  private void save() {
    Path file = fresh("png");
    write(file, out -> out.write(Png.encode(renderer.read(), session.view.camera.toJson())));
  }

  private void record() {
    if (recording == null) {
      recording = new ArrayList<>();
      session.say("recording, V ends it");
      return;
    }
    List<Image> done = recording;
    recording = null;
    if (!done.isEmpty()) {
      write(fresh("gif"), out -> Gif.write(out, done, 4));
    }
  }

  private Path fresh(String ending) {
    for (int i = 1; ; i++) {
      Path file = pictures.resolve("toymodels-%d.%s".formatted(i, ending));
      if (Files.notExists(file)) {
        return file;
      }
    }
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private void write(Path file, Writing writing) {
    try (OutputStream out = Files.newOutputStream(file)) {
      writing.to(out);
      session.say("saved " + file.getFileName());
      log.accept("saved " + file);
    } catch (IOException | UncheckedIOException e) {
      session.say("not saved: " + e.getMessage());
      log.accept("not saved: " + e);
    }
  }

  /** Frames shown so far. */
  public long frames() {
    return frames;
  }

  /** The pixels of the last frame, without panels. */
  public Image read() {
    return renderer.read();
  }

  Session session() {
    return session;
  }

  Input input() {
    return input;
  }

  Picture picture() {
    return picture;
  }

  /** Closes the window; the source goes on. */
  @Override
  public void close() {
    try {
      panels.ifPresent(Panels::close);
      renderer.close();
    } finally {
      window.close();
    }
  }
}
