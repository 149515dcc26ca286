package toymodels.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lwjgl.glfw.GLFW.*;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import toymodels.viewer.internal.gl.EglContext;
import toymodels.viewer.internal.gl.GlRenderer;
import toymodels.viewer.internal.gl.HostUploader;
import toymodels.viewer.internal.gl.Input;
import toymodels.viewer.internal.gl.Keyboard;
import toymodels.viewer.internal.gl.Panels;
import toymodels.viewer.internal.gl.ViewController;
import toymodels.viewer.internal.picture.Action;
import toymodels.viewer.internal.picture.CellTransform;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.TimeBar;
import toymodels.viewer.internal.raster.CpuRenderer;

/** Every control does something, by key and by mouse, without a window. */
class ControlsTest {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;

  private final NotingSource source = new NotingSource();
  private final ViewState view = new ViewState(source.newest().info());
  private final ViewController session = new ViewController(source, view);
  private final CpuRenderer renderer = new CpuRenderer();
  private final Input input = new Input(session, renderer);

  private Picture show() {
    Picture picture = session.picture(session.scene(), WIDTH, HEIGHT, 1);
    renderer.draw(picture);
    input.shown(picture, 1);
    return picture;
  }

  /** Everything that a control may change. */
  private String state() {
    session.tick(1);
    return String.join(
        " ",
        view.camera.toJson(),
        view.projection + " " + view.colouring + view.palette + view.theme + view.model,
        view.picked + view.filter + view.labels + view.edges + view.faces + view.biases,
        ""
            + (view.ghosts != null)
            + view.reference
            + view.panels
            + view.help
            + view.tour
            + view.reducedMotion,
        "" + view.tau + view.plane + view.order + view.page + "/" + view.most,
        Arrays.toString(view.project(session.scene()).rows()),
        session.scene().step() + source.turned.toString() + session.quit());
  }

  private void press(Action action) {
    for (int key :
        new int[] {
          GLFW_KEY_SPACE,
          GLFW_KEY_HOME,
          GLFW_KEY_END,
          GLFW_KEY_ENTER,
          GLFW_KEY_LEFT,
          GLFW_KEY_RIGHT,
          GLFW_KEY_UP,
          GLFW_KEY_DOWN,
          GLFW_KEY_TAB,
          GLFW_KEY_PAGE_UP,
          GLFW_KEY_PAGE_DOWN,
          GLFW_KEY_ESCAPE
        }) {
      if (Keyboard.key(key, 0).equals(Optional.of(action))) {
        input.key(key, GLFW_PRESS, 0);
        input.key(key, GLFW_RELEASE, 0);
        return;
      }
    }
    for (int key : new int[] {GLFW_KEY_C, GLFW_KEY_V, GLFW_KEY_Q}) {
      if (Keyboard.key(key, GLFW_MOD_CONTROL).equals(Optional.of(action))) {
        input.key(key, GLFW_PRESS, GLFW_MOD_CONTROL);
        return;
      }
    }
    for (int c = 33; c < 127; c++) {
      if (Keyboard.character(c).equals(Optional.of(action))) {
        input.character(c);
        return;
      }
    }
    throw new AssertionError(action + " is on no key");
  }

  @Test
  void every_action_is_on_a_key_and_changes_something() {
    Set<Action> outside =
        EnumSet.of(Action.SCREENSHOT, Action.RECORD, Action.COPY_CAMERA, Action.PASTE_CAMERA);
    for (Action action : Action.values()) {
      view.picked = 7;
      view.plane = action == Action.TURN_LEFT || action == Action.TURN_RIGHT ? 2 : -1;
      view.projection = Projection.Kind.FOUR;
      view.filter = "";
      view.page = 1;
      view.most = 4;
      view.camera = Camera.oblique(1.3).orbit(0.3, 0.2);
      session.seek(action == Action.LAST || action == Action.BRANCH ? 50 : 20_000);
      if (action == Action.STEP_FORWARD) {
        session.seek(50);
      }
      String before = state();
      press(action);
      if (outside.contains(action)) {
        assertEquals(Optional.of(action), session.outside());
      } else {
        assertNotEquals(before, state(), action + " changes nothing");
      }
    }
    assertTrue(session.quit());
  }

  @Test
  void knobs_reach_the_training() {
    for (Action action : List.of(Action.PLAY, Action.DENSER, Action.FASTER, Action.STEEPER)) {
      press(action);
    }
    session.seek(150);
    press(Action.BRANCH);
    assertEquals(
        List.of(
            "PAUSE 0.0",
            "DENSITY 2.0",
            "LEARNING_RATE 2.0",
            "IMPORTANCE_DECAY 0.8",
            "BRANCH 100.0"),
        source.turned);
  }

  @Test
  void the_mouse_turns_moves_zooms_scrubs_and_picks() {
    view.model = 0;
    view.camera = Camera.front(1.4);
    Picture picture = show();
    Camera before = view.camera;
    drag(300, 300, 380, 330, GLFW_MOUSE_BUTTON_LEFT, 0);
    assertNotEquals(before.qy(), view.camera.qy());
    assertEquals(before.x(), view.camera.x());
    Camera turned = view.camera;
    drag(300, 300, 380, 330, GLFW_MOUSE_BUTTON_RIGHT, 0);
    assertNotEquals(turned.x(), view.camera.x());
    assertEquals(turned.qy(), view.camera.qy());
    Camera moved = view.camera;
    drag(300, 300, 300, 200, GLFW_MOUSE_BUTTON_LEFT, GLFW_MOD_SHIFT | GLFW_MOD_CONTROL);
    assertTrue(view.camera.distance() < moved.distance());
    input.scroll(-3);
    assertTrue(view.camera.distance() > moved.distance() * 0.9);
    TimeBar bar = new TimeBar(source.timeline(), WIDTH, HEIGHT, 1);
    drag(bar.xOf(3000), HEIGHT - 40, bar.xOf(100), HEIGHT - 40, GLFW_MOUSE_BUTTON_LEFT, 0);
    assertEquals(100, session.scene().step(), 2);

    view.camera = Camera.front(1.4);
    picture = show();
    int n = picture.features();
    CellTransform placement = new CellTransform(picture);
    float[] v = picture.vertices();
    float[] p = placement.project(0, v[0], v[1], v[2]);
    int under = renderer.pick((int) p[0], (int) p[1]);
    assertTrue(under >= 0 && under < n);
    click(p[0], p[1], GLFW_MOUSE_BUTTON_LEFT, 10);
    assertEquals(under, view.picked);
    click(p[0], p[1], GLFW_MOUSE_BUTTON_RIGHT, 20);
    assertEquals(-1, view.picked);
  }

  @Test
  void two_quick_clicks_on_a_cell_isolate_its_model() {
    Picture picture = show();
    int[] r = picture.layout().rectangles();
    double x = r[4 * 4] + 4;
    double y = r[4 * 4 + 1] + 4;
    click(x, y, GLFW_MOUSE_BUTTON_LEFT, 1);
    click(x, y, GLFW_MOUSE_BUTTON_LEFT, 2);
    assertEquals(ViewState.ALL, view.model, "slow clicks");
    click(x, y, GLFW_MOUSE_BUTTON_LEFT, 2.1);
    assertEquals(4, view.model);
  }

  private void drag(double x0, double y0, double x1, double y1, int button, int modifiers) {
    show();
    input.move(x0, y0);
    input.button(button, GLFW_PRESS, modifiers, 0);
    input.move((x0 + x1) / 2, (y0 + y1) / 2);
    input.move(x1, y1);
    input.button(button, GLFW_RELEASE, modifiers, 0);
  }

  private void click(double x, double y, int button, double seconds) {
    show();
    input.move(x, y);
    input.button(button, GLFW_PRESS, 0, seconds);
    input.button(button, GLFW_RELEASE, 0, seconds);
  }

  @Test
  void playback_runs_through_the_course_and_ends_at_the_newest() {
    SceneSource still =
        new KeyframeScenes(List.of(source.at(0), source.newest()), Scenes.timeline());
    ViewController finished = new ViewController(still, view);
    finished.act(Action.PLAY, false);
    assertEquals(0, finished.scene().step());
    int before = -1;
    while (finished.scene().step() < 10_000) {
      finished.tick(0.2);
      assertTrue(finished.scene().step() > before);
      before = finished.scene().step();
    }
    finished.tick(0.2);
    assertFalse(finished.quit());
  }

  @Test
  void panels_are_driven_by_a_mouse() {
    try (EglContext context = Graphics.headless();
        GlRenderer gl = new GlRenderer(new HostUploader(""))) {
      Set<Action> done = EnumSet.noneOf(Action.class);
      view.panels = true;
      gl.draw(session.picture(session.scene(), WIDTH, 720, 1));
      try (Panels panels = new Panels(view, source::status, done::add, 1)) {
        press(panels, gl, 20, 300);
        for (int y = 410; y < 700; y += 11) {
          for (int x = WIDTH - 252; x < WIDTH - 20; x += 24) {
            press(panels, gl, x, y);
          }
        }
        press(panels, gl, WIDTH - 100, 394);
        assertTrue(panels.wantsMouse());
        press(panels, gl, 20, 300);
        assertFalse(panels.wantsMouse());
      }
      assertEquals(
          EnumSet.of(
              Action.EDGES,
              Action.FACES,
              Action.LABELS,
              Action.BIASES,
              Action.REFERENCE,
              Action.TOUR,
              Action.TAU_LESS,
              Action.TAU_MORE,
              Action.COLOURING,
              Action.THEME,
              Action.PROJECTION,
              Action.PLAY,
              Action.PERTURB,
              Action.BRANCH,
              Action.DENSER,
              Action.SPARSER,
              Action.FASTER,
              Action.SLOWER,
              Action.FLATTER,
              Action.STEEPER,
              Action.SCREENSHOT,
              Action.HELP),
          done);
    }
  }

  private static void press(Panels panels, GlRenderer gl, double x, double y) {
    panels.move(x, y);
    frame(panels, gl);
    panels.button(0, true);
    frame(panels, gl);
    panels.button(0, false);
    frame(panels, gl);
  }

  private static void frame(Panels panels, GlRenderer gl) {
    gl.canvas().bindResolved();
    panels.draw(WIDTH, 720, 1 / 60.0);
  }
}
