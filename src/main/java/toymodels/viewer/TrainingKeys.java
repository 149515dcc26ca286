package toymodels.viewer;

/** Keys that change a training while it goes on. */
final class TrainingKeys {
  private static final double PUSH = 0.1;
  private static final double STEEP = 0.8;

  private TrainingKeys() {}

  /**
   * Asks the source for the change that a key stands for.
   *
   * @param shown the step shown, or negative for the newest
   * @return what to tell the user
   */
  static String turn(Source source, Action action, int shown) {
    return switch (action) {
      case PLAY -> turn(source, Knob.PAUSE, 0, "pause, or on");
      case DENSER -> turn(source, Knob.DENSITY, 2, "density × 2");
      case SPARSER -> turn(source, Knob.DENSITY, 0.5, "density ÷ 2");
      case FASTER -> turn(source, Knob.LEARNING_RATE, 2, "learning rate × 2");
      case SLOWER -> turn(source, Knob.LEARNING_RATE, 0.5, "learning rate ÷ 2");
      case FLATTER -> turn(source, Knob.IMPORTANCE_DECAY, 1, "importance: all equal");
      case STEEPER -> turn(source, Knob.IMPORTANCE_DECAY, STEEP, "importance: 0.8 to the power i");
      case PERTURB -> turn(source, Knob.PERTURB, PUSH, "weights pushed");
      case BRANCH -> branch(source, shown);
      default -> throw new AssertionError(action);
    };
  }

  private static String branch(Source source, int shown) {
    int[] keyframes = source.timeline().keyframes();
    if (shown < 0 || keyframes.length == 0) {
      return "show an earlier step first";
    }
    int step = keyframes[source.timeline().keyframeAt(shown)];
    return turn(source, Knob.BRANCH, step, "training goes on from step " + Numbers.grouped(step));
  }

  private static String turn(Source source, Knob knob, double value, String done) {
    return source.turn(knob, value) ? done : "nothing is being trained here";
  }
}
