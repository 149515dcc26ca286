package toymodels.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Batches of active features alone are distributed as {@link Inputs} distributes them. */
class SparseInputsTest {
  private static final int STEPS = 256;
  private static final int BATCH = 1000;
  private static final int SAMPLES = STEPS * BATCH;

  /** Kolmogorov's statistic, times √samples, is above this once in a thousand times. */
  private static final double KOLMOGOROV_999 = 1.95;

  /** Standard errors that no mean of a test may be off by. */
  private static final double SIGMAS = 5;

  static final List<FeatureDistribution> DISTRIBUTIONS =
      List.of(
          FeatureDistribution.independent(6, 0.05),
          FeatureDistribution.independent(6, 1),
          FeatureDistribution.independent(6, 0.4).withSigns(),
          unequal(Coupling.INDEPENDENT, List.of()),
          unequal(Coupling.CORRELATED, List.of(new int[] {4, 1}, new int[] {2, 5})),
          unequal(Coupling.ANTICORRELATED, List.of(new int[] {4, 1}, new int[] {5, 2})),
          FeatureDistribution.coupled(Coupling.ANTICORRELATED, 2, 3, 1),
          FeatureDistribution.coupled(Coupling.CORRELATED, 2, 3, 0.1).withSigns());

  private static FeatureDistribution unequal(Coupling coupling, List<int[]> sets) {
    return new FeatureDistribution(
        new double[] {0.2, 0.02, 0.07, 0.004, 0.02, 0.07}, coupling, sets, false);
  }

  private static float[] draw(FeatureDistribution distribution) {
    int n = distribution.features();
    SparseInputs inputs = new SparseInputs(distribution);
    SparseSamples active = new SparseSamples();
    float[] x = new float[SAMPLES * n];
    int row = 0;
    for (int step = 0; step < STEPS; step++) {
      for (int block = 0; block < SparseInputs.blocks(BATCH); block++) {
        int samples = SparseInputs.samples(BATCH, block);
        inputs.draw(Philox.key(7, 0, 0), step, block, samples, active);
        assertTrue(active.samples() <= samples);
        float[] drawn = active.dense(n);
        System.arraycopy(drawn, 0, x, row * n, drawn.length);
        row += samples;
      }
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource({"20, 0.001", "20, 0.01", "20, 0.1", "5, 0.9", "80, 0.03", "3, 1"})
  void counts_of_active_features_are_binomial(int n, double p) {
    float[] x = draw(FeatureDistribution.independent(n, p));
    int[] samplesWith = new int[n + 1];
    for (int s = 0; s < SAMPLES; s++) {
      int active = 0;
      for (int i = 0; i < n; i++) {
        active += x[s * n + i] != 0 ? 1 : 0;
      }
      samplesWith[active]++;
    }
    double[] binomial = new double[n + 1];
    binomial[0] = 1;
    for (int i = 0; i < n; i++) {
      for (int k = i + 1; k >= 0; k--) {
        binomial[k] = binomial[k] * (1 - p) + (k == 0 ? 0 : binomial[k - 1] * p);
      }
    }
    double expected = 0;
    double measured = 0;
    for (int k = 0; k <= n; k++) {
      expected += binomial[k];
      measured += (double) samplesWith[k] / SAMPLES;
      assertEquals(expected, measured, KOLMOGOROV_999 / Math.sqrt(SAMPLES), "up to " + k);
    }
  }

  /** Of whole blocks and of the last one of a batch: how many samples are not zero. */
  @ParameterizedTest
  @CsvSource({"20, 0.001, 1024", "20, 0.01, 1024", "20, 0.1, 476", "5, 0.3, 1024", "80, 0.03, 7"})
  void counts_of_samples_are_binomial(int n, double p, int count) {
    SparseInputs inputs = new SparseInputs(FeatureDistribution.independent(n, p));
    SparseSamples active = new SparseSamples();
    int steps = 20_000;
    int[] one = new int[count + 1];
    int[] several = new int[count + 1];
    int[] all = new int[count + 1];
    for (int step = 0; step < steps; step++) {
      inputs.draw(Philox.key(9, 0, 0), step, 0, count, active);
      one[active.one()]++;
      several[active.two() + active.more()]++;
      all[active.samples()]++;
    }
    double none = Math.pow(1 - p, n);
    double single = n * p * Math.pow(1 - p, n - 1);
    requireBinomial(one, single, steps);
    requireBinomial(several, 1 - none - single, steps);
    requireBinomial(all, 1 - none, steps);
  }

  /** Kolmogorov's distance of drawn numbers from the binomial distribution. */
  private static void requireBinomial(int[] drawn, double q, int draws) {
    int trials = drawn.length - 1;
    double logOdds = Math.log(q / (1 - q));
    double log = trials * Math.log1p(-q);
    double expected = 0;
    double measured = 0;
    for (int k = 0; k <= trials; k++) {
      expected += Math.exp(log);
      measured += (double) drawn[k] / draws;
      assertEquals(expected, measured, KOLMOGOROV_999 / Math.sqrt(draws), "up to " + k);
      log += logOdds + Math.log((double) (trials - k) / (k + 1));
    }
  }

  /** Means, squares and products of two features, against the same sums of the dense inputs. */
  @ParameterizedTest
  @FieldSource("DISTRIBUTIONS")
  void moments_are_those_of_the_dense_inputs(FeatureDistribution distribution) {
    int n = distribution.features();
    float[] sparse = draw(distribution);
    float[] dense = new float[SAMPLES * n];
    new Inputs(distribution).draw(Philox.key(8, 0, 0), 0, 0, SAMPLES, 1, dense);
    for (int i = 0; i < n; i++) {
      assertEquals(
          distribution.activeProbability(i),
          share(sparse, n, i),
          SIGMAS * Math.sqrt(distribution.activeProbability(i) / SAMPLES) + 1e-9,
          "active, feature " + i);
      for (int j = -1; j < n; j++) {
        double difference = mean(sparse, n, i, j) - mean(dense, n, i, j);
        double tolerance = SIGMAS * Math.sqrt(2 * meanSquare(dense, n, i, j) / SAMPLES);
        assertEquals(0, difference, tolerance + 1e-5, "features " + i + " and " + j);
      }
    }
  }

  private static double share(float[] x, int n, int i) {
    int active = 0;
    for (int s = 0; s < SAMPLES; s++) {
      active += x[s * n + i] != 0 ? 1 : 0;
    }
    return (double) active / SAMPLES;
  }

  private static double product(float[] x, int at, int i, int j) {
    return j < 0 ? x[at + i] : (double) x[at + i] * x[at + j];
  }

  private static double mean(float[] x, int n, int i, int j) {
    double sum = 0;
    for (int s = 0; s < SAMPLES; s++) {
      sum += product(x, s * n, i, j);
    }
    return sum / SAMPLES;
  }

  private static double meanSquare(float[] x, int n, int i, int j) {
    double sum = 0;
    for (int s = 0; s < SAMPLES; s++) {
      sum += Math.pow(product(x, s * n, i, j), 2);
    }
    return sum / SAMPLES;
  }

  @Test
  void samples_come_by_their_count_of_active_features() {
    SparseSamples active = new SparseSamples();
    new SparseInputs(FeatureDistribution.independent(6, 0.4)).draw(3, 0, 0, 256, active);
    int features = active.starts()[active.samples()];
    for (int s = 0; s < active.samples(); s++) {
      int count = active.starts()[s + 1] - active.starts()[s];
      int two = active.one() + active.two();
      assertEquals(s < active.one() ? 1 : s < two ? 2 : Math.max(3, count), count, "sample " + s);
    }
    assertEquals(256 * 6 * 0.4, features, SIGMAS * Math.sqrt(256 * 6 * 0.24));
  }

  /** Rooms for samples grow: whatever the number of samples was, they are sorted. */
  @Test
  void any_number_of_samples_is_sorted() {
    for (int count = 0; count < 300; count++) {
      int[] sample = new int[count + 1];
      int[] active = new int[count + 1];
      for (int s = 0; s < count; s++) {
        sample[s] = s;
        active[s] = 1;
      }
      sample[count] = -1;
      SparseSamples sorted = new SparseSamples();
      sorted.sort(count, sample, active, new int[count + 1], new int[count + 1]);
      assertEquals(count, sorted.one());
      assertEquals(count, sorted.samples());
      assertEquals(count, sorted.starts()[count]);
    }
  }
}
