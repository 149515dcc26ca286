package toymodels.viewer;

import toymodels.analysis.PrincipalAxes;

/** What the viewer's user has chosen: changed by keys, mouse, panels and options alike. */
public final class View {
  /** All models side by side. */
  public static final int ALL = -1;

  Camera camera;
  Projection.Kind projection = Projection.Kind.COORDINATES;
  Colouring colouring = Colouring.IMPORTANCE;
  Palette palette = Palette.VIRIDIS;
  Theme theme = Theme.PAPER;

  /** The model that fills the picture, or {@link #ALL}. */
  int model = ALL;

  /** The page of models, when there are more than fit. */
  int page;

  /** Models of a page at most; 0 for as many as fit. */
  int most;

  Order order = Order.NUMBER;
  final Roster roster = new Roster();

  /** Picked feature as model · features + feature, or −1. */
  int picked = -1;

  /** Only models of which the polytopes' name is this; empty for all. */
  String filter = "";

  /** Where features are at another moment or in another run; null for nothing. */
  Ghosts ghosts;

  boolean labels = true;
  boolean edges;
  boolean faces;
  boolean biases;
  boolean reference = true;
  boolean panels = true;
  boolean help;
  boolean tour;
  boolean reducedMotion;

  /** The part of the time that drawing may take while models train. */
  double share = Pace.SHARE;

  /** Smallest |cosine| of an edge. */
  double tau = 0.2;

  /** The plane of four dimensions that keys and drags turn, 0 to 5, or −1. */
  int plane = -1;

  /** Orientation in four dimensions. */
  final SixPlanes planes = new SixPlanes();

  private int features;
  private int hidden;
  private int models;
  private final Colours colours = new Colours();
  private Scene principalOf;
  private Projection principal;
  private GrandTour grandTour;
  private double tourSeconds;

  /** The view that suits a cast: flat ones from the front, others from the side. */
  public View(Cast cast) {
    features = cast.features();
    hidden = cast.hidden();
    models = cast.models();
    home(cast);
  }

  private void home(Cast cast) {
    model = cast.models() == 1 ? 0 : ALL;
    edges = cast.models() == 1;
    if (cast.hidden() > 3) {
      projection = Projection.Kind.PRINCIPAL;
    }
    camera = home(cast.hidden());
  }

  /** Starts anew where models of another size have come. */
  void fit(Cast cast) {
    if (cast.features() == features && cast.hidden() == hidden && cast.models() == models) {
      return;
    }
    boolean solid = cast.hidden() > 2 != hidden > 2 || cast.hidden() > 3 != hidden > 3;
    Camera before = camera;
    Projection.Kind kind = projection;
    features = cast.features();
    hidden = cast.hidden();
    models = cast.models();
    picked = -1;
    page = 0;
    filter = "";
    grandTour = null;
    ghosts = null;
    home(cast);
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
  void advanceTour(double seconds) {
    tourSeconds += seconds;
  }

  /** Where features are drawn, and their colours. */
  Projected projected(Scene scene) {
    return new Projected(
        scene,
        project(scene),
        colouring,
        colours.entries(scene, colouring, tau),
        colours.table(colouring, palette));
  }

  /** How the scene's coordinates become three. */
  Projection project(Scene scene) {
    int m = scene.cast().hidden();
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
        int n = scene.cast().features();
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

  public View model(int value) {
    model = value;
    edges = value != ALL;
    return this;
  }

  public View camera(Camera value) {
    camera = value;
    return this;
  }

  public View projection(Projection.Kind value) {
    projection = value;
    return this;
  }

  public View colouring(Colouring value) {
    colouring = value;
    return this;
  }

  /**
   * The part of the time that drawing may take while models train.
   *
   * @param value above 0, at most 1: more frames for less training
   */
  public View share(double value) {
    share = value;
    return this;
  }

  public View order(Order value) {
    order = value;
    return this;
  }

  public View palette(Palette value) {
    palette = value;
    return this;
  }

  public View theme(Theme value) {
    theme = value;
    return this;
  }

  public View edges(boolean value) {
    edges = value;
    return this;
  }

  public View faces(boolean value) {
    faces = value;
    return this;
  }

  /**
   * Shows another run's models beside, pale, each turned to lie best on its fellow.
   *
   * @throws IllegalArgumentException if they are of another number or size
   */
  public View beside(Scene other) {
    Cast cast = other.cast();
    if (cast.models() != models || cast.features() != features || cast.hidden() != hidden) {
      throw new IllegalArgumentException(
          "%d models of %d features in %d dimensions beside %d of %d in %d"
              .formatted(cast.models(), cast.features(), cast.hidden(), models, features, hidden));
    }
    ghosts = new Ghosts(other, true);
    return this;
  }

  public View labels(boolean value) {
    labels = value;
    return this;
  }

  public View biases(boolean value) {
    biases = value;
    return this;
  }

  public View picked(int value) {
    picked = value;
    return this;
  }

  public View filter(String value) {
    filter = value;
    return this;
  }

  public Camera camera() {
    return camera;
  }
}
