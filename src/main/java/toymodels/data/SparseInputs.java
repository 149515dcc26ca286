package toymodels.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws batches as {@link Inputs} distributes them, at the cost of their active features alone;
 * docs/arithmetic.md, section 5.
 *
 * <p>Samples are drawn in blocks of {@value #BLOCK}. In a block, places are (sample, unit) in this
 * order; a unit is a feature outside all sets, or a set. Gaps between candidates follow the largest
 * density p; a candidate of density pᵤ stays with probability pᵤ / p, decided, like its value, by
 * {@link Inputs#value} for the densities pᵤ / p.
 *
 * <p>An instance has buffers: one thread at a time.
 */
public final class SparseInputs {
  /** Samples that have a generator of their own. */
  public static final int BLOCK = 1024;

  private final GapTable gaps;
  private final Inputs kept;
  private final int[][] units;
  private final int[] set;
  private final boolean plain;

  /** ⌈2⁴⁰ / units⌉: times a place, over 2⁴⁰, its sample. */
  private final long inverse;

  private final int[] words;
  private final int[] active = new int[BLOCK];
  private int[] sample = new int[256];
  private int[] feature = new int[256];
  private float[] value = new float[256];
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
      densities[i] /= largest;
      equal &= densities[i] == 1;
    }
    gaps = new GapTable(largest);
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
    inverse = ((1L << 40) + units.length - 1) / units.length;
    // About as many words as a block needs, so that few are drawn in vain.
    double needed = 2.0 * BLOCK * units.length * largest;
    words = new int[(int) Math.max(8, Math.min(256, needed))];
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
  public void draw(long key, int step, int block, int count, ActiveSamples out) {
    Xoshiro generator = Xoshiro.seeded(key, step, block, 0, Stream.STRATIFIED);
    entries = 0;
    if (plain) {
      drawPlain(generator, count * units.length);
    } else {
      drawUnits(generator, count * units.length);
    }
    sample[entries] = -1;
    out.sort(entries, sample, active, feature, value);
    for (int e = 0; e < entries; e++) {
      active[sample[e]] = 0;
    }
  }

  /** Unsigned independent features of one density: {@link #drawUnits} without its questions. */
  private void drawPlain(Xoshiro generator, int places) {
    int n = units.length;
    int at = words.length;
    for (int place = 0; ; place++) {
      for (int gap = gaps.length(); gap == gaps.length() && place < places; place += gap) {
        if (at == words.length) {
          generator.fill(words, at);
          at = 0;
        }
        gap = gaps.gap(words[at++]);
      }
      if (place >= places) {
        return;
      }
      if (at == words.length) {
        generator.fill(words, at);
        at = 0;
      }
      int s = (int) (place * inverse >>> 40);
      add(s, place - s * n, (float) (words[at++] >>> 1) * 0x1p-31f);
    }
  }

  private void drawUnits(Xoshiro generator, int places) {
    for (int place = 0; ; place++) {
      for (int gap = gaps.length(); gap == gaps.length() && place < places; place += gap) {
        gap = gaps.gap(generator.next());
      }
      if (place >= places) {
        return;
      }
      int s = place / units.length;
      addUnit(s, place - s * units.length, generator);
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
    value[entries] = x;
    entries += one;
    active[s] += one;
  }
}
