package toymodels.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

class GeometryTest {
  private static final double ROUNDING = 1e-12;

  @ParameterizedTest
  @EnumSource
  void ideal_polytopes_share_their_dimensions_equally(Polytope polytope) {
    Geometry geometry = Geometry.of(polytope.vertices(), polytope.dimensions());
    for (double d : geometry.dimensionality()) {
      assertEquals(polytope.dimensionality(), d, ROUNDING);
    }
    assertEquals(polytope.dimensions(), geometry.totalDimensionality(), ROUNDING);
    for (double norm : geometry.norms()) {
      assertEquals(1, norm, ROUNDING);
    }
  }

  @Test
  void the_paper_s_fractions_are_those_of_its_polytopes() {
    assertEquals(1, Polytope.DEDICATED.dimensionality());
    assertEquals(1.0 / 2, Polytope.DIGON.dimensionality());
    assertEquals(2.0 / 3, Polytope.TRIANGLE.dimensionality());
    assertEquals(3.0 / 4, Polytope.TETRAHEDRON.dimensionality());
    assertEquals(4.0 / 5, Polytope.FIVE_CELL.dimensionality());
    assertEquals(2.0 / 5, Polytope.PENTAGON.dimensionality());
    assertEquals(3.0 / 8, Polytope.SQUARE_ANTIPRISM.dimensionality());
  }

  @Test
  void dimensionalities_never_sum_to_more_than_the_hidden_dimensions() {
    Random random = new Random(11);
    for (int draw = 0; draw < 10_000; draw++) {
      int n = 1 + random.nextInt(9);
      int m = 1 + random.nextInt(5);
      double size = Math.exp(4 * random.nextGaussian());
      double[] w = random.doubles(n * m).map(v -> size * (v - 0.5)).toArray();
      Geometry geometry = Geometry.of(w, m);
      assertTrue(geometry.totalDimensionality() <= m + ROUNDING, "n " + n + " m " + m);
      for (double d : geometry.dimensionality()) {
        assertTrue(d >= 0 && d <= 1 + ROUNDING);
      }
    }
  }

  @Test
  void measures_do_not_change_when_hidden_space_is_turned_or_features_are_reordered() {
    Random random = new Random(12);
    double[] w = random.doubles(18, -1, 1).toArray();
    Geometry geometry = Geometry.of(w, 3);
    Geometry turned = Geometry.of(CanonicalForm.of(geometry), 3);
    assertArrayEquals(geometry.gram(), turned.gram(), ROUNDING);
    assertArrayEquals(geometry.dimensionality(), turned.dimensionality(), ROUNDING);
    double[] reversed = new double[18];
    for (int i = 0; i < 6; i++) {
      System.arraycopy(w, 3 * i, reversed, 3 * (5 - i), 3);
    }
    double[] backwards = Geometry.of(reversed, 3).dimensionality();
    for (int i = 0; i < 6; i++) {
      assertEquals(geometry.dimensionality()[i], backwards[5 - i], ROUNDING);
    }
  }

  @Test
  void the_canonical_form_puts_anchors_on_the_first_axes() {
    double[] w = {0, 1, 0, /**/ 0.6, -0.8, 0, /**/ 0, 0, -2};
    double[] turned = CanonicalForm.of(w, 3, 0, 1, 2);
    assertArrayEquals(new double[] {1, 0, 0, -0.8, 0.6, 0, 0, 0, 2}, turned, ROUNDING);
    double[] flat = CanonicalForm.of(new double[] {-2, 0, 3, 0}, 2, 0, 1);
    assertArrayEquals(new double[] {2, 0, -3, 0}, flat, ROUNDING);
  }

  @Test
  void interference_follows_its_formula() {
    double[] w = {2, 0, /**/ 0.3, 0.4, /**/ 0, 0};
    Geometry geometry = Geometry.of(w, 2);
    assertArrayEquals(new double[] {0.09, 1.44, 0}, geometry.superposition(), ROUNDING);
    assertArrayEquals(
        new double[] {0.009, 0.288, 0}, geometry.netInterference(new double[] {.1, .2, .3}), 1e-12);
    assertEquals(4.25, geometry.squaredNorm(), ROUNDING);
    assertEquals(2 / 4.25, geometry.dimensionsPerFeature(), ROUNDING);
    assertEquals(2, geometry.live(0.4));
    assertArrayEquals(new int[] {0}, geometry.liveFeatures(0.5));
    assertEquals(0, geometry.dimensionality()[2]);
  }

  @Test
  void adjacent_angles_go_around_the_circle_of_live_features() {
    double[] w = {0, 1, /**/ 1, 0, /**/ 0.1, 0.1, /**/ -1, 0};
    double[] gaps = Geometry.of(w, 2).adjacentAngles(0.5);
    Arrays.sort(gaps);
    assertArrayEquals(new double[] {90, 90, 180}, gaps, 1e-9);
    assertThrows(IllegalArgumentException.class, () -> Geometry.of(w, 1).adjacentAngles(0.5));
  }

  @Test
  void components_of_the_interference_graph_are_tegum_factors() {
    double[] w = {1, 0, 0, /**/ 0, 1, 0, /**/ -1, 0, 0, /**/ 0, 0, 0.1, /**/ 0, -0.9, 0.1};
    List<int[]> components = new InterferenceGraph(Geometry.of(w, 3), 0.3, 0.2).components();
    assertEquals(2, components.size());
    assertArrayEquals(new int[] {0, 2}, components.get(0));
    assertArrayEquals(new int[] {1, 4}, components.get(1));
  }

  @Test
  void neurons_are_monosemantic_when_one_weight_stands_out() {
    ModelBatch batch = new ModelBatch(new ModelShape(ModelKind.ABSOLUTE_VALUE, 3, 3), 2);
    // Of model 1: neuron 0 serves feature 0 alone, neuron 1 two features, neuron 2 is dead.
    float[] w = {2, 1, 0, /**/ 0.3f, -0.9f, 0.05f, /**/ 0, 0, 0};
    System.arraycopy(w, 0, batch.encoder(), 9, 9);
    System.arraycopy(w, 0, batch.decoder(), 9, 9);
    Neurons neurons = Neurons.of(batch, 1);
    assertEquals(1, neurons.featuresOf(0, Neurons.SHARE));
    assertEquals(2, neurons.featuresOf(1, Neurons.SHARE));
    assertEquals(0, neurons.featuresOf(2, Neurons.SHARE));
    assertEquals(1, neurons.monosemantic());
    Neurons rescaled = neurons.rescaled();
    assertEquals(1, rescaled.in(0, 0), ROUNDING);
    assertEquals(4, rescaled.out(0, 0), ROUNDING);
    assertEquals(1, rescaled.monosemantic());
  }

  @Test
  void selection_takes_the_lowest_score_and_ranks_nan_last() {
    double[] scores = {3, Double.NaN, 1, 2};
    assertArrayEquals(new int[] {2, 3, 0, 1}, Selection.ranked(scores, 0, 4));
    assertEquals(0, Selection.best(scores, 0, 2));
    double[] values = {10, 1000, 20, 30};
    assertEquals(20, Selection.meanWithoutWorst(values, scores, 0, 4, 1));
  }
}
