package toymodels.data;

import java.util.Arrays;

/**
 * Inputs of independent features by how many are active: the probabilities of none, of each one
 * alone, and of several, and samples of the last; docs/arithmetic.md, section 5.
 *
 * <p>An instance has buffers: one thread at a time.
 */
public final class Strata {
  private static final double WORDS = 0x1p32;
  private static final double HALF_WORDS = 0x1p31;
  private static final int FEWEST = 16;

  private final int n;
  private final double none;
  private final double[] only;
  private final double several;

  /** For k = 2, 3, ...: P(k or fewer | several) · 2³², rounded. */
  private final long[] cumulative;

  /** For (feature j, count r): 2³¹ P(j active | r of j and later are); null for equal densities. */
  private final int[][] chosen;

  private final FeatureSets sets;

  /** Of a distribution of independent unsigned features. */
  public Strata(FeatureDistribution inputs) {
    n = inputs.features();
    double[] p = inputs.densities();
    double[] count = countProbabilities(p);
    none = count[0];
    only = onlyProbabilities(p);
    double sum = 0;
    for (int k = n; k >= 2; k--) {
      sum += count[k];
    }
    several = sum;
    cumulative = cumulative(count, several);
    boolean equal = Arrays.stream(p).allMatch(density -> density == p[0]);
    chosen = equal ? null : chosen(p, cumulative.length + 2);
    sets = new FeatureSets(n);
  }

  /** P(k active), (n + 1): features are added one by one. */
  private static double[] countProbabilities(double[] p) {
    double[] count = new double[p.length + 1];
    count[0] = 1;
    for (int i = 0; i < p.length; i++) {
      for (int k = i + 1; k > 0; k--) {
        count[k] = count[k] * (1 - p[i]) + count[k - 1] * p[i];
      }
      count[0] *= 1 - p[i];
    }
    return count;
  }

  /** pⱼ Πᵢ≠ⱼ (1 − pᵢ), as products of those before and those after. */
  private static double[] onlyProbabilities(double[] p) {
    double[] only = new double[p.length];
    double before = 1;
    for (int j = 0; j < p.length; j++) {
      only[j] = p[j] * before;
      before *= 1 - p[j];
    }
    double after = 1;
    for (int j = p.length - 1; j >= 0; j--) {
      only[j] *= after;
      after *= 1 - p[j];
    }
    return only;
  }

  /** Ends before the first k whose rounded share is everything: higher counts are never drawn. */
  private static long[] cumulative(double[] count, double several) {
    if (several == 0) {
      return new long[0];
    }
    long[] shares = new long[count.length];
    int length = 0;
    double sum = 0;
    for (int k = 2; k < count.length - 1; k++) {
      sum += count[k];
      long share = Math.round(sum / several * WORDS);
      if (share >= 1L << 32) {
        break;
      }
      shares[length++] = share;
    }
    return Arrays.copyOf(shares, length);
  }

  /** From R(j, r) = P(r of the features j and later are active), for r up to {@code most}. */
  private static int[][] chosen(double[] p, int most) {
    int[][] table = new int[p.length][most + 1];
    double[] later = new double[most + 1];
    later[0] = 1;
    for (int j = p.length - 1; j >= 0; j--) {
      double[] with = new double[most + 1];
      with[0] = later[0] * (1 - p[j]);
      for (int r = 1; r <= most; r++) {
        double taken = p[j] * later[r - 1];
        with[r] = taken + later[r] * (1 - p[j]);
        table[j][r] = with[r] == 0 ? 0 : (int) Math.round(taken / with[r] * HALF_WORDS);
      }
      later = with;
    }
    return table;
  }

  /** P(no feature is active). */
  public double none() {
    return none;
  }

  /** P(feature j is active, and no other). */
  public double only(int feature) {
    return only[feature];
  }

  /** P(two features or more are active). */
  public double several() {
    return several;
  }

  /** S where nothing else is asked for: max(16, ⌈B P(several)⌉), as many as in a batch of B. */
  public int samples(int batch) {
    return (int) Math.max(FEWEST, Math.ceil(batch * several));
  }

  /**
   * Draws samples with several active features, each of weight {@link #several} / samples. How many
   * are active is drawn systematically, which ones uniformly, or as their densities say.
   *
   * @param key {@link Philox#key}
   * @param step the optimiser step, from 0
   * @param samples S, at least 1
   * @param out receives the samples
   */
  public void draw(long key, int step, int samples, SparseSamples out) {
    out.clear();
    if (several == 0) {
      return;
    }
    Xoshiro generator = Xoshiro.seeded(key, step, 0, 0, RandomStream.STRATIFIED);
    long first = Integer.toUnsignedLong(generator.next());
    int before = 0;
    for (int c = 0; before < samples; c++) {
      // Sample s stands at (2³² s + first) / S: below a share if 2³² s < S share - first.
      long below = c < cumulative.length ? samples * cumulative[c] - first : (long) samples << 32;
      int end = (int) (below + 0xFFFFFFFFL >> 32);
      if (chosen == null) {
        sets.draw(c + 2, end - before, generator, out);
      } else {
        chooseByDensity(c + 2, end - before, generator, out);
      }
      before = end;
    }
  }

  private void chooseByDensity(int k, int count, Xoshiro generator, SparseSamples list) {
    int at = list.starts()[list.samples()];
    list.reserve(list.samples() + count, at + count * k);
    for (int s = 0; s < count; s++) {
      int left = k;
      for (int j = 0; left > 0; j++) {
        if (Integer.compareUnsigned(generator.next() >>> 1, chosen[j][left]) < 0) {
          list.features()[at] = j;
          list.valueBits()[at++] = Float.floatToRawIntBits(uniform(generator.next()));
          left--;
        }
      }
    }
    list.addWritten(count, k);
  }

  private static float uniform(int word) {
    return (float) (word >>> 1) * 0x1p-31f;
  }
}
