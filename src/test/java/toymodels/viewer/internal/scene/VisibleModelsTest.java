package toymodels.viewer.internal.scene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toymodels.viewer.ModelOrder;
import toymodels.viewer.Scene;
import toymodels.viewer.Scenes;
import toymodels.viewer.Timeline;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.picture.PictureBuilder;

/** Many models side by side: in which order, and how many a page. */
class VisibleModelsTest {
  private static int[] shown(Scene scene, ViewState view, int width, int height) {
    return PictureBuilder.compose(scene, view, Timeline.NONE, width, height, 1).layout().models();
  }

  @Test
  void models_are_sorted_by_what_was_asked_for() {
    Scene random = Scenes.random(12, 5, 2, 4);
    float[] losses = new float[12];
    for (int k = 0; k < 12; k++) {
      losses[k] = k * 5 % 12;
    }
    Scene scene = new Scene(random.info(), 9, random.directions(), random.biases(), losses);
    ViewState view = new ViewState(scene.info());
    assertArrayEquals(IntStream.range(0, 12).toArray(), shown(scene, view, 640, 400));
    int[] byLoss = shown(scene, view.order(ModelOrder.LOSS), 640, 400);
    for (int i = 0; i < 12; i++) {
      assertEquals(i, losses[byLoss[i]]);
    }
    int[] byUse = shown(scene, view.order(ModelOrder.DIMENSIONALITY), 640, 400);
    double before = Double.POSITIVE_INFINITY;
    for (int model : byUse) {
      int k = model;
      double used = IntStream.range(0, 5).mapToDouble(i -> scene.dimensionality(k, i)).sum();
      assertTrue(used <= before + 1e-9, "model " + model);
      before = used;
    }
    String name = "";
    for (int model : shown(scene, view.order(ModelOrder.SHAPE), 640, 400)) {
      assertTrue(name.compareTo(PolytopeNames.of(scene, model)) <= 0);
      name = PolytopeNames.of(scene, model);
    }
  }

  @Test
  void an_order_stays_while_models_change_little() {
    Scene first = Scenes.random(6, 5, 2, 4);
    ViewState view = new ViewState(first.info()).order(ModelOrder.LOSS);
    int[] before = shown(first, view, 640, 400);
    float[] turned = {6, 5, 4, 3, 2, 1};
    Scene soon = new Scene(first.info(), 1_250, first.directions(), first.biases(), turned);
    assertArrayEquals(before, shown(soon, view, 640, 400));
    Scene later = new Scene(first.info(), 1_500, first.directions(), first.biases(), turned);
    assertArrayEquals(new int[] {5, 4, 3, 2, 1, 0}, shown(later, view, 640, 400));
  }

  @Test
  void ten_thousand_models_fit_a_picture_and_smaller_ones_have_pages() {
    Scene scene = Scenes.random(10_000, 20, 3, 7);
    ViewState view = new ViewState(scene.info());
    assertEquals(10_000, shown(scene, view, 1280, 720).length);
    BitSet seen = new BitSet();
    int pages = 0;
    for (int last = -1; last != view.page; pages++) {
      last = view.page;
      int[] models = shown(scene, view, 640, 360);
      assertTrue(models.length < 10_000);
      IntStream.of(models).forEach(seen::set);
      view.page++;
      shown(scene, view, 640, 360);
    }
    assertEquals(10_000, seen.cardinality(), "models that were on a page");
    assertTrue(pages > 2, pages + " pages");
  }
}
