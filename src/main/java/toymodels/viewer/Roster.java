package toymodels.viewer;

import java.util.stream.IntStream;

/**
 * Which models are shown side by side: filtered, in order, a page of them. The order is kept while
 * models change little, so that cells do not dance while they train.
 */
final class Roster {
  /** A course that has grown by this part is sorted again. */
  private static final double GROWN = 1.05;

  private record Key(Order order, String filter, Cast cast) {}

  private Key key;
  private Scene sorted;
  private int[] models;

  /** All models that the filter lets through, in order. */
  int[] of(Scene scene, View view) {
    Key wanted = new Key(view.order, view.filter, scene.cast());
    if (!wanted.equals(key) || stale(scene)) {
      key = wanted;
      sorted = scene;
      models = view.order.sorted(scene, filtered(scene, view.filter));
    }
    return models;
  }

  private boolean stale(Scene scene) {
    return scene != sorted
        && (scene.step() < sorted.step() || scene.step() > GROWN * sorted.step() + 1);
  }

  private static int[] filtered(Scene scene, String filter) {
    int[] all = IntStream.range(0, scene.cast().models()).toArray();
    if (filter.isEmpty()) {
      return all;
    }
    int[] some = IntStream.of(all).filter(k -> Names.of(scene, k).equals(filter)).toArray();
    return some.length == 0 ? all : some;
  }
}
