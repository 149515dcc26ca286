package toymodels.viewer;

import static org.lwjgl.glfw.GLFW.*;

import java.nio.file.Path;
import java.util.function.Consumer;
import toymodels.natives.Lwjgl;
import toymodels.viewer.internal.gl.ContextLostException;
import toymodels.viewer.internal.gl.FramePacer;
import toymodels.viewer.internal.gl.GlWindowResources;
import toymodels.viewer.internal.gl.Input;
import toymodels.viewer.internal.gl.ViewController;
import toymodels.viewer.internal.image.PictureFiles;
import toymodels.viewer.internal.picture.Action;
import toymodels.viewer.internal.picture.Picture;

/** The window: shows a source until it is closed. */
public final class Viewer implements AutoCloseable {
  static {
    Lwjgl.load();
  }

  /** Seconds without an event after which a still picture looks whether it is stale. */
  private static final double IDLE = 0.25;

  /** A window whose context was lost is opened again so often, before it is given up. */
  private static final int MOST_REOPENED = 5;

  private final ViewController session;
  private final VertexUploaders feeds;
  private final PictureFiles files;
  private final Consumer<String> log;
  private final FramePacer pace = new FramePacer();
  private GlWindowResources stage;
  private Picture picture;
  private double lastTime;
  private double seconds;
  private long frames;
  private int reopened;

  private Viewer(
      ViewController session,
      VertexUploaders feeds,
      int width,
      int height,
      Path pictures,
      Consumer<String> log) {
    this.session = session;
    this.feeds = feeds;
    this.files = new PictureFiles(pictures, log);
    this.log = log;
    this.stage = GlWindowResources.open(session, pace, width, height, feeds, log);
    this.lastTime = glfwGetTime();
  }

  /**
   * Opens a window, on the calling thread, which has to be the process's first on macOS.
   *
   * @param feeds where vertices come from
   * @param pictures directory that pictures are saved to
   * @param log receives what the user should know
   * @throws IllegalStateException if there is no display or no OpenGL 4.1, saying what to do
   */
  public static Viewer open(
      SceneSource source,
      ViewState view,
      int width,
      int height,
      VertexUploaders feeds,
      Path pictures,
      Consumer<String> log) {
    return new Viewer(new ViewController(source, view), feeds, width, height, pictures, log);
  }

  /** Shows frames until the window is closed. */
  public void run() {
    while (frame()) {
      // Everything is done in the condition.
    }
  }

  /**
   * Handles what happened, and shows one frame if it differs from the last and is due: it waits for
   * neither the display nor the training.
   *
   * @return whether the window is still open
   */
  public boolean frame() {
    await();
    double now = glfwGetTime();
    double passed = now - lastTime;
    lastTime = now;
    session.tick(passed);
    seconds += passed;
    session.outside().ifPresent(this::outside);
    if (!stage.window.minimised() && pause() <= 0) {
      try {
        show(now);
      } catch (ContextLostException e) {
        reopen(e);
      }
    }
    return !stage.window.closing() && !session.quit();
  }

  private double pause() {
    return pace.pause(glfwGetTime(), session.source.live(), session.view.share);
  }

  private void await() {
    double pause = pause();
    if (stage.window.minimised() || !session.changed()) {
      glfwWaitEventsTimeout(IDLE);
    } else if (pause > 0) {
      glfwWaitEventsTimeout(pause);
    } else {
      glfwPollEvents();
    }
  }

  private void show(double begin) {
    int[] size = stage.window.pixels();
    float scale = stage.window.scale();
    picture = session.picture(session.scene(), size[0], size[1], scale);
    stage.show(picture, scale, seconds);
    seconds = 0;
    if (files.recording()) {
      files.add(stage.renderer.read());
    }
    frames++;
    double end = glfwGetTime();
    pace.drawn(end, end - begin);
  }

  /** The training knows nothing of this: only what shows it is made again. */
  private void reopen(ContextLostException lost) {
    if (++reopened > MOST_REOPENED) {
      throw lost;
    }
    log.accept("OpenGL was lost (%s): opening it again".formatted(lost.getMessage()));
    int[] size = stage.window.size();
    stage.close();
    stage = GlWindowResources.open(session, pace, size[0], size[1], feeds, log);
    session.touch();
  }

  private void outside(Action action) {
    switch (action) {
      case SCREENSHOT -> session.say(files.save(stage.renderer.read(), session.view.camera));
      case RECORD -> session.say(files.record());
      case COPY_CAMERA -> {
        glfwSetClipboardString(stage.window.handle(), session.view.camera.toJson());
        session.say("camera copied");
      }
      case PASTE_CAMERA -> paste();
      default -> throw new AssertionError(action);
    }
  }

  private void paste() {
    String text = glfwGetClipboardString(stage.window.handle());
    try {
      session.view.camera = Camera.parse(text == null ? "" : text);
      session.say("camera pasted");
    } catch (IllegalArgumentException e) {
      session.say("the clipboard holds no camera");
    }
  }

  /** Frames shown so far. */
  public long frames() {
    return frames;
  }

  /** How often OpenGL was lost and opened again. */
  public int reopened() {
    return reopened;
  }

  /** The pixels of the last frame, without panels. */
  public Image read() {
    return stage.renderer.read();
  }

  ViewController session() {
    return session;
  }

  Input input() {
    return stage.input;
  }

  Picture picture() {
    return picture;
  }

  /** Closes the window; the source goes on. */
  @Override
  public void close() {
    stage.close();
  }
}
