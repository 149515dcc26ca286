package toymodels.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputsTest {
  private static final int SAMPLES = 1 << 16;

  /** Five standard errors of a mean over {@link #SAMPLES} values in [0, 1]. */
  private static final double FIVE_SIGMA = 5 * 0.5 / Math.sqrt(SAMPLES);

  private static float[] draw(FeatureDistribution distribution, int featureLanes) {
    float[] x = new float[SAMPLES * distribution.features()];
    new Inputs(distribution).draw(Philox.key(7, 0, 0), 3, 0, SAMPLES, featureLanes, x);
    return x;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.3, 0.01, 0x1p-20})
  void independent_features_are_active_at_their_density_and_uniform(double density) {
    int n = 3;
    float[] x = draw(FeatureDistribution.independent(n, density), 2);
    double active = 0;
    double sum = 0;
    double squares = 0;
    for (float v : x) {
      assertTrue(v >= 0 && v <= 1);
      active += v > 0 ? 1 : 0;
      sum += v;
      squares += v * v;
    }
    int count = x.length;
    double sigma = Math.sqrt(density / count);
    assertEquals(density, active / count, 5 * sigma + 1e-9);
    assertEquals(density / 2, sum / count, 5 * sigma);
    assertEquals(density / 3, squares / count, 5 * sigma);
  }

  @Test
  void full_density_has_no_zero_and_reaches_both_ends() {
    Inputs inputs = new Inputs(FeatureDistribution.independent(1, 1));
    assertEquals(1f, inputs.value(0, -1, 0));
    assertEquals(0f, inputs.value(0, 0, 0));
    assertEquals(0.5f, inputs.value(0, 1 << 31, 0));
  }

  @Test
  void members_of_a_correlated_set_are_active_together_with_independent_values() {
    float[] x = draw(FeatureDistribution.coupled(Coupling.CORRELATED, 2, 2, 0.25), 1);
    double product = 0;
    int active = 0;
    for (int s = 0; s < SAMPLES; s++) {
      assertEquals(x[4 * s] > 0, x[4 * s + 1] > 0);
      active += x[4 * s] > 0 ? 1 : 0;
      product += x[4 * s] * x[4 * s + 1];
    }
    assertEquals(0.25, active / (double) SAMPLES, FIVE_SIGMA);
    assertEquals(0.25 / 4, product / SAMPLES, FIVE_SIGMA);
  }

  @Test
  void at_most_one_member_of_an_anticorrelated_set_is_active() {
    float[] x = draw(FeatureDistribution.coupled(Coupling.ANTICORRELATED, 1, 3, 0.9), 1);
    int[] active = new int[3];
    double sum = 0;
    for (int s = 0; s < SAMPLES; s++) {
      int together = 0;
      for (int i = 0; i < 3; i++) {
        together += x[3 * s + i] > 0 ? 1 : 0;
        active[i] += x[3 * s + i] > 0 ? 1 : 0;
        sum += x[3 * s + i];
      }
      assertTrue(together <= 1);
    }
    for (int i = 0; i < 3; i++) {
      assertEquals(0.3, active[i] / (double) SAMPLES, FIVE_SIGMA);
    }
    assertEquals(0.45, sum / SAMPLES, FIVE_SIGMA);
  }

  @Test
  void an_anticorrelated_set_of_full_density_has_always_one_active_member() {
    float[] x = draw(FeatureDistribution.coupled(Coupling.ANTICORRELATED, 1, 2, 1), 1);
    int none = 0;
    for (int s = 0; s < SAMPLES; s++) {
      none += x[2 * s] == 0 && x[2 * s + 1] == 0 ? 1 : 0;
    }
    assertEquals(0, none);
  }

  @Test
  void signs_are_fair_and_keep_the_magnitudes() {
    FeatureDistribution unsigned = FeatureDistribution.independent(1, 0.5);
    float[] x = draw(unsigned, 1);
    float[] signed = draw(unsigned.withSigns(), 1);
    int negative = 0;
    for (int s = 0; s < SAMPLES; s++) {
      assertEquals(x[s], Math.abs(signed[s]));
      negative += signed[s] < 0 ? 1 : 0;
    }
    assertEquals(0.25, negative / (double) SAMPLES, FIVE_SIGMA);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 64, 65, 100})
  void a_sample_does_not_depend_on_how_many_follow_it(int n) {
    Inputs inputs = new Inputs(FeatureDistribution.independent(n, 0.3));
    float[] few = new float[20 * n];
    float[] many = new float[100 * n];
    inputs.draw(11, 0, 0, 20, 1, few);
    inputs.draw(11, 0, 0, 100, 1, many);
    assertArrayEquals(few, java.util.Arrays.copyOf(many, few.length));
  }

  @Test
  void held_out_samples_are_not_training_samples() {
    Inputs inputs = new Inputs(FeatureDistribution.independent(5, 1));
    float[] training = new float[80];
    float[] heldOut = new float[80];
    inputs.draw(11, 0, 0, 16, 1, training);
    inputs.drawHeldOut(11, 0, 16, heldOut);
    for (int i = 0; i < 80; i++) {
      assertTrue(training[i] != heldOut[i]);
    }
  }

  @Test
  void impossible_distributions_are_refused_at_the_door() {
    assertThrows(IllegalArgumentException.class, () -> FeatureDistribution.independent(2, 1e-10));
    assertThrows(IllegalArgumentException.class, () -> FeatureDistribution.independent(2, 1.01));
    assertThrows(
        IllegalArgumentException.class, () -> FeatureDistribution.independent(2, Double.NaN));
    double[] p = {0.5, 0.5, 0.25};
    for (List<int[]> sets :
        List.of(
            List.<int[]>of(),
            List.of(new int[] {0, 3}),
            List.of(new int[] {0, 1}, new int[] {1, 2}),
            List.of(new int[] {0, 2}),
            List.of(new int[] {}))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new FeatureDistribution(p, Coupling.CORRELATED, sets, false));
    }
  }

  @Test
  void densities_are_told_as_they_are() {
    assertEquals("density 1", FeatureDistribution.independent(3, 1).densityText());
    assertEquals("density 0.3", FeatureDistribution.independent(3, 0.3).densityText());
    assertEquals("density 0.00001", FeatureDistribution.independent(3, 1e-5).densityText());
    assertEquals("density 4.66e-10", FeatureDistribution.independent(3, 0x1p-31).densityText());
    FeatureDistribution differing =
        new FeatureDistribution(new double[] {.5, .1, .25}, Coupling.INDEPENDENT, List.of(), false);
    assertEquals("densities 0.1 to 0.5", differing.densityText());
  }
}
