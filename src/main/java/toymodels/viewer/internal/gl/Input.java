package toymodels.viewer.internal.gl;

import static org.lwjgl.glfw.GLFW.*;

import java.util.Optional;
import toymodels.viewer.internal.picture.Action;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.Renderer;
import toymodels.viewer.internal.picture.TimeBar;

/**
 * Turns the events of a window into what a {@link ViewController} does. Coordinates are in pixels.
 */
public final class Input {
  /** A press that moves less than this part of the height is a click. */
  private static final double CLICK = 0.01;

  /** Two clicks within this many seconds are one double click. */
  private static final double TWICE = 0.3;

  private final ViewController session;
  private final Renderer renderer;
  private Picture picture;
  private float scale = 1;
  private double x;
  private double y;
  private double pressX;
  private double pressY;
  private int button = -1;
  private int held;
  private boolean moved;
  private boolean scrubbing;
  private boolean shift;
  private double lastClick = Double.NEGATIVE_INFINITY;

  public Input(ViewController session, Renderer renderer) {
    this.session = session;
    this.renderer = renderer;
  }

  /** Whether a button is held. */
  boolean pressed() {
    return button >= 0;
  }

  /** What is on the screen now. */
  public void shown(Picture now, float nowScale) {
    picture = now;
    scale = nowScale;
  }

  public void key(int key, int action, int modifiers) {
    shift = (modifiers & GLFW_MOD_SHIFT) != 0;
    if (action != GLFW_RELEASE) {
      Optional<Action> found = Keyboard.key(key, modifiers);
      found.ifPresent(a -> session.act(a, shift));
    }
  }

  public void character(int codepoint) {
    Keyboard.character(codepoint).ifPresent(a -> session.act(a, shift));
  }

  public void move(double toX, double toY) {
    double dx = toX - x;
    double dy = toY - y;
    x = toX;
    y = toY;
    if (button < 0 || picture == null) {
      return;
    }
    double height = picture.height();
    moved |= Math.hypot(x - pressX, y - pressY) > CLICK * height;
    if (scrubbing) {
      session.seek(timeBar().stepAt(x));
    } else if (moved) {
      boolean zooms = (held & GLFW_MOD_CONTROL) != 0 && (held & GLFW_MOD_SHIFT) != 0;
      if (zooms) {
        session.scroll(-20 * dy / height);
      } else if (button == GLFW_MOUSE_BUTTON_RIGHT || (held & GLFW_MOD_SHIFT) != 0) {
        session.pan(dx / height, dy / height);
      } else {
        session.drag(dx / height, dy / height);
      }
    }
  }

  private TimeBar timeBar() {
    return new TimeBar(session.source.timeline(), picture.width(), picture.height(), scale);
  }

  /**
   * @param seconds of a clock
   */
  public void button(int which, int action, int modifiers, double seconds) {
    if (picture == null) {
      return;
    }
    if (action == GLFW_PRESS) {
      button = which;
      held = modifiers;
      pressX = x;
      pressY = y;
      moved = false;
      scrubbing = TimeBar.shown(session.source.timeline()) && timeBar().contains(x, y);
      if (scrubbing) {
        session.seek(timeBar().stepAt(x));
      }
      return;
    }
    if (!moved && !scrubbing && which == button) {
      if (which == GLFW_MOUSE_BUTTON_RIGHT) {
        session.view.picked = -1;
        session.touch();
      } else {
        boolean twice = seconds - lastClick < TWICE;
        int picked = renderer.pick((int) x, (int) y);
        session.click(picture, picked, picture.layout().cellAt(x, y), twice);
        lastClick = twice ? Double.NEGATIVE_INFINITY : seconds;
      }
    }
    button = -1;
    scrubbing = false;
  }

  /** Only the vertical part counts: touch pads send both. */
  public void scroll(double vertical) {
    session.scroll(vertical);
  }
}
