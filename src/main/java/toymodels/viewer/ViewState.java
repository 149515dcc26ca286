package toymodels.viewer;

import toymodels.analysis.PrincipalAxes;
import toymodels.viewer.internal.gl.FramePacer;
import toymodels.viewer.internal.picture.ReferenceOverlay;
import toymodels.viewer.internal.scene.Colours;
import toymodels.viewer.internal.scene.GrandTour;
import toymodels.viewer.internal.scene.Palette;
import toymodels.viewer.internal.scene.Projected;
import toymodels.viewer.internal.scene.SixPlanes;
import toymodels.viewer.internal.scene.VisibleModels;

/** What the viewer's user has chosen: changed by keys, mouse, panels and options alike. */
public final class ViewState {
  /** All models side by side. */
  public static final int ALL = -1;

  public Camera camera;
  public Projection.Kind projection = Projection.Kind.COORDINATES;
  public Colouring colouring = Colouring.IMPORTANCE;
  public Palette palette = Palette.VIRIDIS;
  public Theme theme = Theme.PAPER;

  /** The model that fills the picture, or {@link #ALL}. */
  public int model = ALL;

  /** The page of models, when there are more than fit. */
  public int page;

  /** Models of a page at most; 0 for as many as fit. */
  public int most;

  public ModelOrder order = ModelOrder.NUMBER;
  public final VisibleModels roster = new VisibleModels();

  /** Picked feature as model · features + feature, or −1. */
  public int picked = -1;

  /** Only models of which the polytopes' name is this; empty for all. */
  public String filter = "";

  /** Where features are at another moment or in another run; null for nothing. */
  public ReferenceOverlay ghosts;

  public boolean labels = true;
  public boolean edges;
  public boolean faces;
  public boolean biases;
  public boolean reference = true;
  public boolean panels = true;
  public boolean help;
  public boolean tour;
  public boolean reducedMotion;

  /** The part of the time that drawing may take while models train. */
  double share = FramePacer.SHARE;

  /** Smallest |cosine| of an edge. */
  public double tau = 0.2;

  /** The plane of four dimensions that keys and drags turn, 0 to 5, or −1. */
  public int plane = -1;

  /** Orientation in four dimensions. */
  public final SixPlanes planes = new SixPlanes();

  private int features;
  private int hidden;
  private int models;
  private final Colours colours = new Colours();
  private Scene principalOf;
  private Projection principal;
  private GrandTour grandTour;
  private double tourSeconds;

  /** The view that suits a cast: flat ones from the front, others from the side. */
  public ViewState(SceneInfo info) {
    features = info.features();
    hidden = info.hidden();
    models = info.models();
    home(info);
  }

  private void home(SceneInfo info) {
    model = info.models() == 1 ? 0 : ALL;
    edges = info.models() == 1;
    if (info.hidden() > 3) {
      projection = Projection.Kind.PRINCIPAL;
    }
    camera = home(info.hidden());
  }

  /** Starts again where models of another size have come. */
  public void fit(SceneInfo info) {
    if (info.features() == features && info.hidden() == hidden && info.models() == models) {
      return;
    }
    boolean solid = info.hidden() > 2 != hidden > 2 || info.hidden() > 3 != hidden > 3;
    Camera before = camera;
    Projection.Kind kind = projection;
    features = info.features();
    hidden = info.hidden();
    models = info.models();
    picked = -1;
    page = 0;
    filter = "";
    grandTour = null;
    ghosts = null;
    home(info);
    if (!solid) {
      camera = before;
      projection = kind;
    }
  }

  /** Where the camera starts. */
  static Camera home(int hidden) {
    return hidden <= 2 ? Camera.front(1) : Camera.oblique(1);
  }

  /** Lets the tour go on; the next projection shows it. */
  public void advanceTour(double seconds) {
    tourSeconds += seconds;
  }

  /** Where features are drawn, and their colours. */
  public Projected projected(Scene scene) {
    return new Projected(
        scene,
        project(scene),
        colouring,
        colours.entries(scene, colouring, tau),
        colours.table(colouring, palette));
  }

  /** How the scene's coordinates become three. */
  public Projection project(Scene scene) {
    int m = scene.info().hidden();
    return switch (m <= 3 ? Projection.Kind.COORDINATES : projection) {
      case COORDINATES -> Projection.coordinates(m);
      case PRINCIPAL -> principal(scene);
      case TOUR -> {
        if (grandTour == null) {
          grandTour = new GrandTour(m, 1);
        }
        Projection next = Projection.linear(grandTour.advance(tourSeconds), m);
        tourSeconds = 0;
        yield next;
      }
      case FOUR -> {
        int n = scene.info().features();
        int shown = model == ALL ? 0 : model;
        float[] axes =
            m == 4 ? identity4() : PrincipalAxes.of(scene.directions(), shown * n * m, n, m, 4);
        yield Projection.four(planes.of(axes, m), m);
      }
    };
  }

  /** Kept as long as the scene is shown: there may be thousands of models. */
  private Projection principal(Scene scene) {
    if (principalOf != scene) {
      principalOf = scene;
      principal = Projection.principal(scene);
    }
    return principal;
  }

  private static float[] identity4() {
    float[] axes = new float[16];
    for (int i = 0; i < 4; i++) {
      axes[5 * i] = 1;
    }
    return axes;
  }

  // Setters for options of the command line.

  public ViewState model(int value) {
    model = value;
    edges = value != ALL;
    return this;
  }

  public ViewState camera(Camera value) {
    camera = value;
    return this;
  }

  public ViewState projection(Projection.Kind value) {
    projection = value;
    return this;
  }

  public ViewState colouring(Colouring value) {
    colouring = value;
    return this;
  }

  /**
   * The part of the time that drawing may take while models train.
   *
   * @param value above 0, at most 1: more frames for less training
   */
  public ViewState share(double value) {
    share = value;
    return this;
  }

  public ViewState order(ModelOrder value) {
    order = value;
    return this;
  }

  public ViewState palette(Palette value) {
    palette = value;
    return this;
  }

  public ViewState theme(Theme value) {
    theme = value;
    return this;
  }

  public ViewState edges(boolean value) {
    edges = value;
    return this;
  }

  public ViewState faces(boolean value) {
    faces = value;
    return this;
  }

  /**
   * Shows another run's models beside, pale, each turned to lie best on its fellow.
   *
   * @throws IllegalArgumentException if they are of another number or size
   */
  public ViewState beside(Scene other) {
    SceneInfo info = other.info();
    if (info.models() != models || info.features() != features || info.hidden() != hidden) {
      throw new IllegalArgumentException(
          "%d models of %d features in %d dimensions beside %d of %d in %d"
              .formatted(info.models(), info.features(), info.hidden(), models, features, hidden));
    }
    ghosts = new ReferenceOverlay(other, true);
    return this;
  }

  public ViewState labels(boolean value) {
    labels = value;
    return this;
  }

  public ViewState biases(boolean value) {
    biases = value;
    return this;
  }

  public ViewState picked(int value) {
    picked = value;
    return this;
  }

  public ViewState filter(String value) {
    filter = value;
    return this;
  }

  public Camera camera() {
    return camera;
  }
}
