package toymodels.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Strata have the probabilities of all sets of features, written out, and so have samples. */
class StrataTest {
  private static final int N = 5;
  private static final int SETS = 1 << N;

  static final List<FeatureDistribution> DISTRIBUTIONS =
      List.of(
          FeatureDistribution.independent(N, 0.01),
          FeatureDistribution.independent(N, 0.3),
          FeatureDistribution.independent(N, 1),
          of(0.3, 0.01, 0.6, 0.05, 0.2),
          of(1, 0.01, 0.6, 0.05, 0.2),
          of(1, 1, 0.6, 0.05, 1));

  private static FeatureDistribution of(double... densities) {
    return new FeatureDistribution(densities, Coupling.INDEPENDENT, List.of(), false);
  }

  private static double probability(FeatureDistribution inputs, int set) {
    double probability = 1;
    for (int i = 0; i < N; i++) {
      probability *= (set >> i & 1) == 1 ? inputs.density(i) : 1 - inputs.density(i);
    }
    return probability;
  }

  @ParameterizedTest
  @FieldSource("DISTRIBUTIONS")
  void strata_have_the_probabilities_of_their_sets(FeatureDistribution inputs) {
    Strata strata = new Strata(inputs);
    assertEquals(probability(inputs, 0), strata.none(), 1e-15);
    double several = 0;
    for (int set = 0; set < SETS; set++) {
      several += Integer.bitCount(set) > 1 ? probability(inputs, set) : 0;
    }
    for (int j = 0; j < N; j++) {
      assertEquals(probability(inputs, 1 << j), strata.only(j), 1e-15, "only feature " + j);
    }
    assertEquals(several, strata.several(), 1e-14);
    assertEquals(Math.max(16, (int) Math.ceil(1000 * several - 1e-9)), strata.samples(1000));
  }

  @ParameterizedTest
  @FieldSource("DISTRIBUTIONS")
  void samples_are_drawn_with_the_probabilities_of_their_sets(FeatureDistribution inputs) {
    Strata strata = new Strata(inputs);
    int steps = 10_000;
    int samples = 23;
    double all = (double) steps * samples;
    int[] drawn = new int[SETS];
    double sum = 0;
    double squares = 0;
    long entries = 0;
    SparseSamples out = new SparseSamples();
    for (int step = 0; step < steps; step++) {
      strata.draw(11, step, samples, out);
      assertEquals(samples, out.samples());
      float[] x = out.dense(N);
      for (int s = 0; s < samples; s++) {
        int set = 0;
        for (int i = 0; i < N; i++) {
          float v = x[s * N + i];
          assertTrue(v >= 0 && v <= 1);
          set |= v != 0 ? 1 << i : 0;
          sum += v;
          squares += v * v;
        }
        entries += Integer.bitCount(set);
        drawn[set]++;
      }
    }
    for (int set = 0; set < SETS; set++) {
      double expected = Integer.bitCount(set) > 1 ? probability(inputs, set) / strata.several() : 0;
      double sigma = Math.sqrt(expected * (1 - expected) / all);
      assertEquals(expected, drawn[set] / all, 5 * sigma + 1e-9, "set " + set);
    }
    assertEquals(1.0 / 2, sum / entries, 5 * 0.29 / Math.sqrt(entries));
    assertEquals(1.0 / 3, squares / entries, 5 * 0.3 / Math.sqrt(entries));
  }

  @Test
  void counts_are_systematic() {
    double p = 0.2;
    Strata strata = new Strata(FeatureDistribution.independent(N, p));
    double two = 10 * p * p * Math.pow(1 - p, 3) / strata.several();
    SparseSamples out = new SparseSamples();
    for (int step = 0; step < 100; step++) {
      strata.draw(5, step, 40, out);
      assertEquals(40 * two, out.two(), 1, "samples of two at step " + step);
    }
  }

  @Test
  void one_feature_is_never_several() {
    Strata strata = new Strata(FeatureDistribution.independent(1, 0.3));
    SparseSamples out = new SparseSamples();
    strata.draw(5, 0, 16, out);
    assertEquals(0, out.samples());
    assertEquals(0, strata.several());
  }
}
