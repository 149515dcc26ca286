package toymodels.viewer;

import java.util.List;

/**
 * Where scenes come from: a training that goes on, a finished run, or a file. Nothing here waits
 * for training, and training never waits for the viewer.
 */
public interface SceneSource extends AutoCloseable {
  /** The newest scene there is. */
  Scene newest();

  /** The course so far. */
  Timeline timeline();

  /** The scene at a step, between keyframes in between; the newest if there are no keyframes. */
  Scene at(int step);

  /** Whether newer scenes may come. */
  boolean live();

  /** One line of text, such as "training, 12,345 steps/s"; may be empty. */
  String status();

  /**
   * Asks for a change of the training; nothing if it cannot be changed.
   *
   * @return whether it will be done
   */
  boolean adjust(TrainingControl control, double value);

  /** Between how many studies one can choose. */
  default int sources() {
    return 1;
  }

  /** The study that is shown. */
  default int chosen() {
    return 0;
  }

  /** Shows another study, from 0 to {@link #sources}, exclusive. */
  default void choose(int index) {
    // There is only one.
  }

  @Override
  void close();

  /** A single scene that never changes. */
  static SceneSource still(Scene scene) {
    return new KeyframeScenes(List.of(scene), Timeline.NONE);
  }
}
