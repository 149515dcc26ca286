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

  private final int[] drawnFor;
  private int serial;
  private int[] words = new int[256];

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
    drawnFor = new int[n];
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
  public void draw(long key, int step, int samples, ActiveSamples out) {
    out.clear();
    if (several == 0) {
      return;
    }
    Xoshiro generator = Xoshiro.seeded(key, step, 0, 0, Stream.STRATIFIED);
    long first = Integer.toUnsignedLong(generator.next());
    int before = 0;
    for (int c = 0; before < samples; c++) {
      // Sample s stands at (2³² s + first) / S: below a share if 2³² s < S share - first.
      long below = c < cumulative.length ? samples * cumulative[c] - first : (long) samples << 32;
      int end = (int) (below + 0xFFFFFFFFL >> 32);
      choose(c + 2, end - before, generator, out);
      before = end;
    }
  }

  private void choose(int k, int count, Xoshiro generator, ActiveSamples list) {
    int from = list.starts()[list.samples()];
    list.reserve(list.samples() + count, from + count * k);
    if (chosen != null) {
      chooseByDensity(k, count, generator, list, from);
    } else {
      if (words.length < 2 * k * count) {
        words = new int[4 * k * count];
      }
      generator.fill(words, 2 * k * count);
      if (k == 2) {
        choosePairs(count, list, from);
      } else {
        chooseSome(k, count, list, from);
      }
    }
    list.addWritten(count, k);
  }

  /** {@link #chooseSome} of two. */
  private void choosePairs(int count, ActiveSamples list, int from) {
    int[] feature = list.features();
    float[] value = list.values();
    for (int e = 0; e < 2 * count; e += 2) {
      int i = below(words[2 * e], n - 1);
      int j = below(words[2 * e + 2], n);
      feature[from + e] = i;
      feature[from + e + 1] = j == i ? n - 1 : j;
      value[from + e] = uniform(words[2 * e + 1]);
      value[from + e + 1] = uniform(words[2 * e + 3]);
    }
  }

  /** Floyd's k of n: every set of k features is as likely, and k words are all it takes. */
  private void chooseSome(int k, int count, ActiveSamples list, int from) {
    int[] feature = list.features();
    float[] value = list.values();
    int at = 0;
    for (int s = 0; s < count; s++) {
      if (++serial == 0) {
        Arrays.fill(drawnFor, 0);
        serial = 1;
      }
      for (int t = n - k; t < n; t++, at += 2) {
        int i = below(words[at], t + 1);
        i = drawnFor[i] == serial ? t : i;
        drawnFor[i] = serial;
        feature[from + at / 2] = i;
        value[from + at / 2] = uniform(words[at + 1]);
      }
    }
  }

  private void chooseByDensity(int k, int count, Xoshiro generator, ActiveSamples list, int from) {
    int at = from;
    for (int s = 0; s < count; s++) {
      int left = k;
      for (int j = 0; left > 0; j++) {
        if (Integer.compareUnsigned(generator.next() >>> 1, chosen[j][left]) < 0) {
          list.features()[at] = j;
          list.values()[at++] = uniform(generator.next());
          left--;
        }
      }
    }
  }

  /** 0 to bound - 1. */
  private static int below(int word, int bound) {
    return (int) (Integer.toUnsignedLong(word) * bound >>> 32);
  }

  private static float uniform(int word) {
    return (float) (word >>> 1) * 0x1p-31f;
  }
}
