package toymodels.viewer.internal.gl;

import java.util.Optional;
import toymodels.viewer.Colouring;
import toymodels.viewer.ModelOrder;
import toymodels.viewer.Projection;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneSource;
import toymodels.viewer.Theme;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.picture.Action;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.PictureBuilder;
import toymodels.viewer.internal.picture.ReferenceOverlay;
import toymodels.viewer.internal.picture.StatusMessage;
import toymodels.viewer.internal.scene.Palette;
import toymodels.viewer.internal.scene.Playhead;
import toymodels.viewer.internal.scene.PolytopeNames;
import toymodels.viewer.internal.scene.SixPlanes;

/**
 * What happens when a key is pressed or the mouse moves: everything between input and picture, and
 * no window.
 */
public final class ViewController {
  public final SceneSource source;
  public final ViewState view;

  private final Playhead playhead = new Playhead();
  private final CameraControl camera;
  private boolean changed = true;
  private boolean quit;
  private final StatusMessage notice = new StatusMessage();

  /** Things that only a window can do. */
  private Optional<Action> outside = Optional.empty();

  public ViewController(SceneSource source, ViewState view) {
    this.source = source;
    this.view = view;
    this.camera = new CameraControl(view);
  }

  /** The scene to draw now. */
  public Scene scene() {
    Scene scene = playhead.scene(source);
    view.fit(scene.info());
    return scene;
  }

  public Picture picture(Scene scene, int width, int height, float scale) {
    changed = false;
    Picture picture = PictureBuilder.compose(scene, view, source.timeline(), width, height, scale);
    notice.paint(picture, view.theme, scale);
    return picture;
  }

  /** Whether the picture may differ from the last one. */
  public boolean changed() {
    return changed
        || camera.flying()
        || playhead.playing()
        || view.tour
        || source.live() && playhead.atNewest();
  }

  /** Draws again at the next occasion. */
  public void touch() {
    changed = true;
  }

  public boolean quit() {
    return quit;
  }

  /** What the window has to do since the last question. */
  public Optional<Action> outside() {
    Optional<Action> now = outside;
    outside = Optional.empty();
    return now;
  }

  public void say(String text) {
    notice.say(text);
    changed = true;
  }

  /** Lets time pass. */
  public void tick(double seconds) {
    changed |= camera.advance(seconds);
    if (view.tour) {
      view.advanceTour(seconds);
    }
    playhead.tick(seconds, source.timeline());
    changed |= notice.fades(seconds);
  }

  /** Shows the given step from now on. */
  public void seek(int step) {
    playhead.seek(step, source.newest().step());
    changed = true;
  }

  /** Does what a key is for. */
  public void act(Action action, boolean shift) {
    changed = true;
    Scene scene = scene();
    int models = scene.info().models();
    switch (action) {
      case HELP -> view.help = !view.help;
      case PLAY -> play();
      case STEP_BACK -> playhead.move(shift ? -10 : -1, source);
      case STEP_FORWARD -> playhead.move(shift ? 10 : 1, source);
      case FIRST -> playhead.toFirst();
      case LAST -> playhead.toNewest();
      case PREVIOUS_MODEL -> isolate(Math.floorMod(Math.max(view.model, 0) - 1, models));
      case NEXT_MODEL -> isolate(Math.floorMod(view.model + 1, models));
      case PREVIOUS_STUDY -> choose(source.chosen() - 1);
      case NEXT_STUDY -> choose(source.chosen() + 1);
      case ORDER -> order();
      case PREVIOUS_PAGE -> view.page = Math.max(0, view.page - 1);
      case NEXT_PAGE -> view.page++;
      case FEWER_MODELS -> view.most = Math.max(1, (view.most == 0 ? models : view.most) / 2);
      case MORE_MODELS -> view.most = view.most == 0 || 2 * view.most > models ? 0 : 2 * view.most;
      case ISOLATE -> isolate(view.model == ViewState.ALL ? pickedModel(scene) : ViewState.ALL);
      case FRAME_PICKED -> camera.framePicked(scene);
      case FRAME_ALL -> camera.frameAll();
      case ALONG_X -> camera.along(0);
      case ALONG_Y -> camera.along(1);
      case ALONG_Z -> camera.along(2);
      case ORTHOGRAPHIC -> view.camera = view.camera.withOrthographic(!view.camera.orthographic());
      case PROJECTION -> view.projection = next(view.projection, Projection.Kind.values());
      case TOUR -> tour();
      case PLANE -> plane();
      case TURN_LEFT -> camera.turn(-1, 0);
      case TURN_RIGHT -> camera.turn(1, 0);
      case TURN_UP -> camera.turn(0, -1);
      case TURN_DOWN -> camera.turn(0, 1);
      case ZOOM_IN -> view.camera = view.camera.zoom(0.9);
      case ZOOM_OUT -> view.camera = view.camera.zoom(1 / 0.9);
      case LABELS -> view.labels = !view.labels;
      case EDGES -> view.edges = !view.edges;
      case FACES -> view.faces = !view.faces;
      case GHOSTS -> view.ghosts = view.ghosts == null ? new ReferenceOverlay(scene, false) : null;
      case BIASES -> view.biases = !view.biases;
      case REFERENCE -> view.reference = !view.reference;
      case COLOURING -> view.colouring = next(view.colouring, Colouring.values());
      case PALETTE ->
          view.palette = view.palette == Palette.VIRIDIS ? Palette.CIVIDIS : Palette.VIRIDIS;
      case THEME -> view.theme = next(view.theme, Theme.values());
      case FILTER ->
          view.filter = view.filter.isEmpty() ? PolytopeNames.of(scene, pickedModel(scene)) : "";
      case TAU_LESS -> view.tau = Math.max(0, view.tau - 0.05);
      case TAU_MORE -> view.tau = Math.min(0.95, view.tau + 0.05);
      case DENSER, SPARSER, FASTER, SLOWER, FLATTER, STEEPER, PERTURB, BRANCH -> {
        say(TrainingKeys.turn(source, action, playhead.step()));
        if (action == Action.BRANCH) {
          playhead.toNewest();
        }
      }
      case REDUCED_MOTION -> view.reducedMotion = !view.reducedMotion;
      case PANELS -> view.panels = !view.panels;
      case SCREENSHOT, RECORD, COPY_CAMERA, PASTE_CAMERA -> outside = Optional.of(action);
      case BACK -> back();
      case QUIT -> quit = true;
      default -> throw new AssertionError(action);
    }
  }

  private void play() {
    if (source.live() && playhead.atNewest()) {
      say(TrainingKeys.turn(source, Action.PLAY, -1));
    } else {
      playhead.play();
    }
  }

  private void order() {
    view.order = next(view.order, ModelOrder.values());
    view.page = 0;
    say("order: " + view.order.title());
  }

  private void choose(int study) {
    if (source.sources() == 1) {
      say("there is one study only");
      return;
    }
    source.choose(Math.floorMod(study, source.sources()));
    playhead.toNewest();
    say("study %d of %d".formatted(source.chosen() + 1, source.sources()));
  }

  private void isolate(int model) {
    view.model = model;
    view.edges = model != ViewState.ALL;
  }

  private int pickedModel(Scene scene) {
    return view.picked >= 0
        ? view.picked / scene.info().features()
        : Math.max(0, Math.min(view.model, scene.info().models() - 1));
  }

  private void tour() {
    view.tour = !view.tour;
    if (view.tour) {
      view.projection = Projection.Kind.TOUR;
    }
  }

  private void plane() {
    view.plane = view.plane == 5 ? -1 : view.plane + 1;
    if (view.plane >= 0) {
      view.projection = Projection.Kind.FOUR;
      say("arrows turn the plane " + SixPlanes.NAMES[view.plane]);
    }
  }

  private void back() {
    if (view.help) {
      view.help = false;
    } else if (view.picked >= 0) {
      view.picked = -1;
    } else if (!view.filter.isEmpty()) {
      view.filter = "";
    } else {
      isolate(scene().info().models() == 1 ? 0 : ViewState.ALL);
    }
  }

  private static <T extends Enum<T>> T next(T value, T[] values) {
    return values[(value.ordinal() + 1) % values.length];
  }

  /** Left button: turns; a chosen plane of four dimensions turns instead. Parts of the height. */
  void drag(double dx, double dy) {
    changed = true;
    camera.drag(dx, dy);
  }

  /** Right button, or with Shift: moves. */
  void pan(double dx, double dy) {
    changed = true;
    camera.pan(dx, dy);
  }

  /** The wheel, up is nearer. */
  void scroll(double notches) {
    changed = true;
    camera.scroll(notches);
  }

  /**
   * A click: picks the feature there; twice on a cell isolates its model.
   *
   * @param picked cell · features + feature as the renderer found it, or −1
   * @param cell the cell there, or −1
   */
  void click(Picture picture, int picked, int cell, boolean twice) {
    changed = true;
    int n = picture.features();
    if (picked >= 0) {
      view.picked = picture.layout().models()[picked / n] * n + picked % n;
    } else {
      view.picked = -1;
    }
    if (twice && cell >= 0) {
      isolate(view.model == ViewState.ALL ? picture.layout().models()[cell] : ViewState.ALL);
    }
  }
}
