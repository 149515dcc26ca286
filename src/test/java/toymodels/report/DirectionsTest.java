package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Points of the plane with their numbers, and the key to their colours. */
class DirectionsTest {
  private static String html(float[] vectors, double[] colours, String colouredBy) {
    Directions.Panel panel = new Directions.Panel("density 0.5", vectors, colours);
    return new Directions("Planes", "One of them.", List.of(panel), colouredBy).html();
  }

  @Test
  void features_in_one_place_share_one_label() {
    float[] vectors = {1, 0, 1, .01f, 0, 1, 0, 0, .99f, 0};
    String html = html(vectors, new double[] {0, 1, 0, 1, 0}, "set");
    assertTrue(html.contains(">0,1,4</text>"), html);
    assertTrue(html.contains(">2</text>"), html);
    assertFalse(html.contains(">3</text>"), "a feature that is not represented has no label");
  }

  @Test
  void a_chain_of_neighbours_leaves_no_feature_without_a_label() {
    float[] vectors = {1, 0, 1, .12f, 1, .24f};
    String html = html(vectors, new double[] {1, 1, 1}, "importance");
    assertTrue(html.contains(">0,1</text>"), html);
    assertTrue(html.contains(">2</text>"), html);
  }

  @Test
  void few_values_stand_one_by_one_in_the_key_and_many_as_a_scale() {
    String sets = html(new float[6], new double[] {0, 1, 2}, "set");
    assertTrue(sets.contains("set as colours"), sets);
    String many = html(new float[10], new double[] {1, 2, 3, 4, 5}, "importance");
    assertTrue(many.contains("importance from 1 to 5"), many);
    String one = html(new float[4], new double[] {1, 1}, "importance");
    assertFalse(one.contains("class=\"key\""), one);
  }
}
