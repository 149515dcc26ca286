package toymodels.viewer;

import java.util.ArrayList;
import java.util.List;

/** A training that notes what is asked of it. */
final class NotingSource implements SceneSource {
  final List<String> turned = new ArrayList<>();
  private final KeyframeScenes frames;

  NotingSource() {
    Scene end = Scenes.random(6, 5, 4, 3);
    List<Scene> scenes = new ArrayList<>();
    for (int step : Scenes.timeline().keyframes()) {
      scenes.add(new Scene(end.info(), step, end.directions(), end.biases(), end.losses()));
    }
    frames = new KeyframeScenes(scenes, Scenes.timeline());
  }

  @Override
  public Scene newest() {
    return frames.newest();
  }

  @Override
  public Timeline timeline() {
    return frames.timeline();
  }

  @Override
  public Scene at(int step) {
    return frames.at(step);
  }

  @Override
  public boolean live() {
    return true;
  }

  @Override
  public String status() {
    return "noting";
  }

  @Override
  public boolean adjust(TrainingControl control, double value) {
    turned.add(control + " " + value);
    return true;
  }

  @Override
  public int sources() {
    return 3;
  }

  @Override
  public int chosen() {
    return 0;
  }

  @Override
  public void choose(int index) {
    turned.add("study " + index);
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
