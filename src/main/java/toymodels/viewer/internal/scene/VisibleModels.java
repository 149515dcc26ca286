package toymodels.viewer.internal.scene;

import java.util.stream.IntStream;
import toymodels.viewer.ModelOrder;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneInfo;
import toymodels.viewer.ViewState;

/**
 * Which models are shown side by side: filtered, in order, a page of them. The order is kept while
 * models change little, so that cells do not dance while they train.
 */
public final class VisibleModels {
  /** A course that has grown by this part is sorted again. */
  private static final double GROWN = 1.05;

  private record Key(ModelOrder order, String filter, SceneInfo info) {}

  private Key key;
  private Scene sorted;
  private int[] models;

  /** All models that the filter lets through, in order. */
  public int[] of(Scene scene, ViewState view) {
    Key wanted = new Key(view.order, view.filter, scene.info());
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
    int[] all = IntStream.range(0, scene.info().models()).toArray();
    if (filter.isEmpty()) {
      return all;
    }
    int[] some = IntStream.of(all).filter(k -> PolytopeNames.of(scene, k).equals(filter)).toArray();
    return some.length == 0 ? all : some;
  }
}
