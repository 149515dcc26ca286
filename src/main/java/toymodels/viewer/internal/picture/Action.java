package toymodels.viewer.internal.picture;

/** Everything that a key does; {@code ?} lists them. */
public enum Action {
  HELP("?", "this list"),
  PLAY("Space", "pause or go on"),
  STEP_BACK(",", "one keyframe back, ten with Shift"),
  STEP_FORWARD(".", "one keyframe on, ten with Shift"),
  FIRST("Home", "first keyframe"),
  LAST("End", "newest step"),
  PREVIOUS_MODEL("[", "previous model"),
  NEXT_MODEL("]", "next model"),
  PREVIOUS_STUDY("{", "previous study of the run"),
  NEXT_STUDY("}", "next study of the run"),
  ORDER("0", "next order of the models"),
  PREVIOUS_PAGE("PgUp", "previous page of models"),
  NEXT_PAGE("PgDn", "next page of models"),
  FEWER_MODELS("*", "half as many models a page"),
  MORE_MODELS("/", "twice as many models a page"),
  ISOLATE("Enter", "one model, or all"),
  FRAME_PICKED("F", "look at the picked feature"),
  FRAME_ALL("A", "look at everything"),
  ALONG_X("1", "along x"),
  ALONG_Y("3", "along y"),
  ALONG_Z("7", "along z"),
  ORTHOGRAPHIC("5", "parallel or perspective"),
  PROJECTION("P", "next projection"),
  TOUR("T", "grand tour on or off"),
  PLANE("X", "next plane of four dimensions"),
  TURN_LEFT("←", "turn left; in the chosen plane back"),
  TURN_RIGHT("→", "turn right; in the chosen plane on"),
  TURN_UP("↑", "turn up"),
  TURN_DOWN("↓", "turn down"),
  ZOOM_IN("+", "nearer"),
  ZOOM_OUT("−", "farther"),
  LABELS("L", "labels"),
  EDGES("E", "edges of interference"),
  FACES("H", "faces"),
  GHOSTS("2", "this moment as ghosts, or none"),
  BIASES("B", "biases as rings"),
  REFERENCE("G", "unit circle or sphere"),
  COLOURING("I", "next meaning of colour"),
  PALETTE("K", "viridis or cividis"),
  THEME("D", "paper or dark"),
  FILTER("N", "only the picked model's shape, or all"),
  TAU_LESS("(", "edges of smaller angles too"),
  TAU_MORE(")", "edges of larger cosines only"),
  DENSER("W", "training: features half as sparse"),
  SPARSER("Q", "training: features twice as sparse"),
  FASTER("R", "training: learning rate × 2"),
  SLOWER("Y", "training: learning rate ÷ 2"),
  FLATTER("J", "training: importance falls less"),
  STEEPER("M", "training: importance falls more"),
  PERTURB("Z", "training: push all weights a little"),
  BRANCH("O", "training: go on from the step shown"),
  REDUCED_MOTION("U", "no flights, less motion"),
  PANELS("Tab", "panels"),
  SCREENSHOT("S", "save the picture"),
  RECORD("V", "record, or stop"),
  COPY_CAMERA("C", "copy the camera"),
  PASTE_CAMERA("Ctrl-V", "paste a camera"),
  BACK("Esc", "back: help, pick, model"),
  QUIT("Ctrl-Q", "quit");

  private final String keys;
  private final String what;

  Action(String keys, String what) {
    this.keys = keys;
    this.what = what;
  }

  /** The key, as printed. */
  public String keys() {
    return keys;
  }

  /** What it does. */
  String what() {
    return what;
  }
}
