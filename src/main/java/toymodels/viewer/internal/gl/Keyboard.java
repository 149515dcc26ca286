package toymodels.viewer.internal.gl;

import static org.lwjgl.glfw.GLFW.*;

import java.util.Map;
import java.util.Optional;
import toymodels.viewer.internal.picture.Action;

/** Which key does what. */
public final class Keyboard {
  private static final Map<Integer, Action> NAMED =
      Map.ofEntries(
          Map.entry(GLFW_KEY_SPACE, Action.PLAY),
          Map.entry(GLFW_KEY_HOME, Action.FIRST),
          Map.entry(GLFW_KEY_END, Action.LAST),
          Map.entry(GLFW_KEY_ENTER, Action.ISOLATE),
          Map.entry(GLFW_KEY_LEFT, Action.TURN_LEFT),
          Map.entry(GLFW_KEY_RIGHT, Action.TURN_RIGHT),
          Map.entry(GLFW_KEY_UP, Action.TURN_UP),
          Map.entry(GLFW_KEY_DOWN, Action.TURN_DOWN),
          Map.entry(GLFW_KEY_KP_ADD, Action.ZOOM_IN),
          Map.entry(GLFW_KEY_KP_SUBTRACT, Action.ZOOM_OUT),
          Map.entry(GLFW_KEY_PAGE_UP, Action.PREVIOUS_PAGE),
          Map.entry(GLFW_KEY_PAGE_DOWN, Action.NEXT_PAGE),
          Map.entry(GLFW_KEY_TAB, Action.PANELS),
          Map.entry(GLFW_KEY_ESCAPE, Action.BACK));

  private Keyboard() {}

  /** The action of a key that writes no letter, or is held with Ctrl. */
  public static Optional<Action> key(int key, int modifiers) {
    if ((modifiers & GLFW_MOD_CONTROL) != 0) {
      return switch (key) {
        case GLFW_KEY_C -> Optional.of(Action.COPY_CAMERA);
        case GLFW_KEY_V -> Optional.of(Action.PASTE_CAMERA);
        case GLFW_KEY_Q -> Optional.of(Action.QUIT);
        default -> Optional.empty();
      };
    }
    return Optional.ofNullable(NAMED.get(key));
  }

  /** The action of a written character, whatever the keyboard's layout. */
  public static Optional<Action> character(int codepoint) {
    // Shift with a comma or a full stop writes these on many keyboards.
    int written =
        codepoint == '<' || codepoint == ';'
            ? ','
            : codepoint == '>' || codepoint == ':' ? '.' : codepoint;
    String text =
        written == '-' ? "−" : Character.toString(Character.toUpperCase(written)).replace("=", "+");
    for (Action action : Action.values()) {
      if (action.keys().equals(text)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }
}
