package toymodels.viewer;

import java.util.List;

/**
 * A finished course of training, kept at some steps.
 *
 * @param scenes by ascending step, at least one
 * @param timeline the course
 */
public record KeyframeScenes(List<Scene> scenes, Timeline timeline) implements SceneSource {
  public KeyframeScenes {
    scenes = List.copyOf(scenes);
    if (scenes.isEmpty()) {
      throw new IllegalArgumentException("there is nothing to see: no keyframes");
    }
  }

  @Override
  public Scene newest() {
    return scenes.get(scenes.size() - 1);
  }

  @Override
  public Scene at(int step) {
    return between(scenes, step);
  }

  /** The scene at a step, mixed from the keyframes before and after it. */
  public static Scene between(List<Scene> scenes, int step) {
    int low = 0;
    int high = scenes.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (scenes.get(middle).step() <= step) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    Scene before = scenes.get(low);
    if (low + 1 == scenes.size() || step <= before.step()) {
      return before;
    }
    Scene after = scenes.get(low + 1);
    float t = (float) (step - before.step()) / (after.step() - before.step());
    return before.towards(after, t);
  }

  @Override
  public boolean live() {
    return false;
  }

  @Override
  public String status() {
    return "";
  }

  @Override
  public boolean adjust(TrainingControl control, double value) {
    return false;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
