package toymodels.viewer;

import java.util.List;
import java.util.function.Supplier;

/** Several finished sources, of which one is shown at a time: the studies of a run. */
public final class Shelf implements Source {
  private final List<Supplier<Source>> sources;
  private int chosen = -1;
  private Source shown;

  /**
   * @param sources opened when they are first shown, at least one
   * @param first the one shown first
   */
  public Shelf(List<Supplier<Source>> sources, int first) {
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
  public boolean turn(Knob knob, double value) {
    return shown.turn(knob, value);
  }

  @Override
  public void close() {
    shown.close();
  }
}
