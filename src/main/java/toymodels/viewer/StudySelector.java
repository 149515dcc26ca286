package toymodels.viewer;

import java.util.List;
import java.util.function.Supplier;

/** Several finished sources, of which one is shown at a time: the studies of a run. */
public final class StudySelector implements SceneSource {
  private final List<Supplier<SceneSource>> sources;
  private int chosen = -1;
  private SceneSource shown;

  /**
   * @param sources opened when they are first shown, at least one
   * @param first the one shown first
   */
  public StudySelector(List<Supplier<SceneSource>> sources, int first) {
    this.sources = List.copyOf(sources);
    choose(first);
  }

  @Override
  public int sources() {
    return sources.size();
  }

  @Override
  public int chosen() {
    return chosen;
  }

  @Override
  public void choose(int index) {
    if (index != chosen) {
      shown = sources.get(index).get();
      chosen = index;
    }
  }

  @Override
  public Scene newest() {
    return shown.newest();
  }

  @Override
  public Timeline timeline() {
    return shown.timeline();
  }

  @Override
  public Scene at(int step) {
    return shown.at(step);
  }

  @Override
  public boolean live() {
    return shown.live();
  }

  @Override
  public String status() {
    return sources.size() == 1 ? "" : "study %d of %d".formatted(chosen + 1, sources.size());
  }

  @Override
  public boolean adjust(TrainingControl control, double value) {
    return shown.adjust(control, value);
  }

  @Override
  public void close() {
    shown.close();
  }
}
