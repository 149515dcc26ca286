package toymodels.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws batches as {@link Inputs} distributes them, at the cost of their active features alone;
 * docs/arithmetic.md, section 5.
 *
 * <p>Samples are drawn in blocks of {@value #BLOCK}: how many have an active feature, then how many
 * each of those has, then which; no order of samples matters to a sum over all of them. Features
 * outside all sets, and sets, are units of one density p, the largest; where densities differ, or
 * features are coupled or signed, units are candidates, and those of density pᵤ stay with
 * probability pᵤ / p, decided, like their value, by {@link Inputs#value} for the densities pᵤ / p.
 *
 * <p>An instance has buffers: one thread at a time.
 */
public final class SparseInputs {
  /** Samples that have a generator of their own. */
  public static final int BLOCK = 1024;

  private static final double HALF_WORDS = 0x1p31;

  private final Inputs kept;
  private final int[][] units;
  private final int[] set;

  /** Whether units are the active features: independent, unsigned, of one density. */
  private final boolean plain;

  /** P(one unit | none or one), and P(two or more). */
  private final double one;

  private final double several;

  /** T(k) = round(2³¹ P(k or more | two or more)) at k, from 3 on; it ends before a zero. */
  private final int[] orMore;

  private final Counts ofBlock;
  private Counts ofLast;
  private final FeatureSets sets;
  private final SparseSamples candidates = new SparseSamples();
  private int[] words = new int[256];
  private final int[] active = new int[BLOCK];
  private int[] sample = new int[256];
  private int[] feature = new int[256];
  private int[] value = new int[256];
  private int entries;

  public SparseInputs(FeatureDistribution distribution) {
    int n = distribution.features();
    double[] densities = distribution.densities();
    double largest = 0;
    for (double density : densities) {
      largest = Math.max(largest, density);
    }
    boolean equal = true;
    for (int i = 0; i < n; i++) {
      densities[i] = largest == 0 ? 1 : densities[i] / largest;
      equal &= densities[i] == 1;
    }
    kept =
        new Inputs(
            new FeatureDistribution(
                densities, distribution.coupling(), distribution.sets(), distribution.signed()));
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (distribution.setOf(i) < 0) {
        all.add(new int[] {i});
      }
    }
    int alone = all.size();
    all.addAll(distribution.sets());
    units = all.toArray(int[][]::new);
    set = new int[units.length];
    for (int u = 0; u < set.length; u++) {
      set[u] = u < alone ? -1 : u - alone;
    }
    plain = equal && alone == n && !distribution.signed();
    double[] tail = BinomialTable.probabilities(units.length, largest);
    double few = tail[0] + tail[1];
    one = few == 0 ? 0 : tail[1] / few;
    for (int k = units.length - 1; k >= 2; k--) {
      tail[k] += tail[k + 1];
    }
    several = units.length == 1 ? 0 : Math.min(1, tail[2]);
    orMore = orMore(tail);
    sets = new FeatureSets(units.length);
    ofBlock = new Counts(BLOCK, one, several);
    ofLast = ofBlock;
  }

  /**
   * How many of so many samples have one unit, if none has more, and how many have more.
   *
   * @param samples of a block
   */
  private record Counts(int samples, BinomialTable one, BinomialTable several) {
    Counts(int samples, double one, double several) {
      this(samples, new BinomialTable(samples, one), new BinomialTable(samples, several));
    }
  }

  /**
   * @param tail P(k or more) at k, from 2 on
   */
  private static int[] orMore(double[] tail) {
    int[] thresholds = new int[Math.max(3, tail.length)];
    int k = 3;
    while (k < tail.length && (thresholds[k] = threshold(tail[k] / tail[2])) != 0) {
      k++;
    }
    return Arrays.copyOf(thresholds, k);
  }

  private static int threshold(double probability) {
    return (int) Math.min(Math.round(probability * HALF_WORDS), 1L << 31);
  }

  /** Blocks of a batch. */
  public static int blocks(int batch) {
    return (batch + BLOCK - 1) / BLOCK;
  }

  /** Samples of one block of a batch: {@value #BLOCK}, or what is left for the last. */
  public static int samples(int batch, int block) {
    return Math.min(BLOCK, batch - block * BLOCK);
  }

  /**
   * Draws one block.
   *
   * @param key {@link Philox#key}
   * @param step the optimiser step, from 0
   * @param block the block of the batch, from 0
   * @param count samples in the block
   * @param out receives the samples that have active features
   */
  public void draw(long key, int step, int block, int count, SparseSamples out) {
    Xoshiro generator = Xoshiro.seeded(key, step, block, 0, RandomStream.STRATIFIED);
    if (plain) {
      drawUnits(generator, count, out);
    } else {
      drawUnits(generator, count, candidates);
      keep(generator, out);
    }
  }

  /** The samples that have a unit: first those with one, then those with two, and so on. */
  private void drawUnits(Xoshiro generator, int count, SparseSamples out) {
    out.clear();
    Counts counts = count == BLOCK ? ofBlock : ofLast(count);
    int left = counts.several.number(generator.next());
    int ones = counts.one.number(generator.next());
    if (words.length < left) {
      words = new int[BLOCK];
    }
    generator.fill(words, left);
    for (int s = 0; s < left; s++) {
      // Of count samples drawn as if none had several, those that have are taken out.
      long place = Integer.toUnsignedLong(words[s]) * (count - s) >>> 32;
      ones += (int) (place - ones >> 63);
    }
    sets.draw(1, ones, generator, out);
    generator.fill(words, left);
    for (int k = 2; left > 0; k++) {
      int more = k + 1 < orMore.length ? keepBelow(left, orMore[k + 1]) : 0;
      sets.draw(k, left - more, generator, out);
      left = more;
    }
  }

  private Counts ofLast(int count) {
    if (count != ofLast.samples) {
      ofLast = new Counts(count, one, several);
    }
    return ofLast;
  }

  /** Keeps, at the front, those of so many words that mean as many units; how many there are. */
  private int keepBelow(int samples, int threshold) {
    int below = 0;
    for (int s = 0; s < samples; s++) {
      int word = words[s];
      // Written before it is known whether it is kept: a branch would be guessed wrong.
      words[below] = word;
      below += (word >>> 1) - threshold >>> 31;
    }
    return below;
  }

  /** Asks every candidate whether it stays, and which value it has. */
  private void keep(Xoshiro generator, SparseSamples out) {
    entries = 0;
    int[] starts = candidates.starts();
    for (int s = 0; s < candidates.samples(); s++) {
      for (int e = starts[s]; e < starts[s + 1]; e++) {
        addUnit(s, candidates.features()[e], generator);
      }
    }
    sample[entries] = -1;
    out.sort(entries, sample, active, feature, value);
    for (int e = 0; e < entries; e++) {
      active[sample[e]] = 0;
    }
  }

  /** Members of a candidate that stay: one word for a feature or a set, more if correlated. */
  private void addUnit(int s, int unit, Xoshiro generator) {
    int word = generator.next();
    boolean own = set[unit] >= 0 && kept.ownValue();
    for (int i : units[unit]) {
      add(s, i, kept.value(i, own ? generator.next() : word, word));
    }
  }

  /** Adds an entry unless it is zero. */
  private void add(int s, int i, float x) {
    if (entries + 1 == sample.length) {
      sample = Arrays.copyOf(sample, 2 * sample.length);
      feature = Arrays.copyOf(feature, sample.length);
      value = Arrays.copyOf(value, sample.length);
    }
    int one = x != 0 ? 1 : 0;
    sample[entries] = s;
    feature[entries] = i;
    value[entries] = Float.floatToRawIntBits(x);
    entries += one;
    active[s] += one;
  }
}
