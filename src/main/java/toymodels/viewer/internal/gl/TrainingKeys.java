package toymodels.viewer.internal.gl;

import toymodels.viewer.SceneSource;
import toymodels.viewer.TrainingControl;
import toymodels.viewer.internal.picture.Action;
import toymodels.viewer.internal.scene.ShortNumbers;

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
  static String turn(SceneSource source, Action action, int shown) {
    return switch (action) {
      case PLAY -> turn(source, TrainingControl.PAUSE, 0, "pause, or on");
      case DENSER -> turn(source, TrainingControl.DENSITY, 2, "density × 2");
      case SPARSER -> turn(source, TrainingControl.DENSITY, 0.5, "density ÷ 2");
      case FASTER -> turn(source, TrainingControl.LEARNING_RATE, 2, "learning rate × 2");
      case SLOWER -> turn(source, TrainingControl.LEARNING_RATE, 0.5, "learning rate ÷ 2");
      case FLATTER -> turn(source, TrainingControl.IMPORTANCE_DECAY, 1, "importance: all equal");
      case STEEPER ->
          turn(source, TrainingControl.IMPORTANCE_DECAY, STEEP, "importance: 0.8 to the power i");
      case PERTURB -> turn(source, TrainingControl.PERTURB, PUSH, "weights pushed");
      case BRANCH -> branch(source, shown);
      default -> throw new AssertionError(action);
    };
  }

  private static String branch(SceneSource source, int shown) {
    int[] keyframes = source.timeline().keyframes();
    if (shown < 0 || keyframes.length == 0) {
      return "show an earlier step first";
    }
    int step = keyframes[source.timeline().keyframeAt(shown)];
    return turn(
        source,
        TrainingControl.BRANCH,
        step,
        "training goes on from step " + ShortNumbers.grouped(step));
  }

  private static String turn(
      SceneSource source, TrainingControl control, double value, String done) {
    return source.adjust(control, value) ? done : "nothing is being trained here";
  }
}
