package toymodels.data;

import java.util.ArrayList;
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
  public static final int BLOCK = 256;

  private final GapTable gaps;
  private final Inputs kept;
  private final int[][] units;
  private final int[] set;
  private final boolean plain;
  private final int[] feature;
  private final float[] value;
  private int active;

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
    feature = new int[n];
    value = new float[n];
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
   * @param samples samples in the block
   * @param out receives the samples that have active features
   */
  public void draw(long key, int step, int block, int samples, ActiveSamples out) {
    out.clear();
    Xoshiro words = Xoshiro.seeded(key, step, block, 0, Stream.STRATIFIED);
    long places = (long) samples * units.length;
    long end = 0;
    active = 0;
    for (long place = gaps.next(words, places);
        place < places;
        place += 1 + gaps.next(words, places)) {
      if (place >= end) {
        finishSample(out);
        end = (place / units.length + 1) * units.length;
      }
      int unit = (int) (place - end + units.length);
      if (plain) {
        add(unit, (float) (words.next() >>> 1) * 0x1p-31f);
      } else {
        addUnit(unit, words);
      }
    }
    finishSample(out);
  }

  /** Members of a candidate that stay: one word for a feature or a set, more if correlated. */
  private void addUnit(int unit, Xoshiro words) {
    int word = words.next();
    for (int i : units[unit]) {
      boolean own = set[unit] >= 0 && kept.ownValue();
      add(i, kept.value(i, own ? words.next() : word, word));
    }
  }

  private void add(int i, float x) {
    if (x != 0) {
      feature[active] = i;
      value[active++] = x;
    }
  }

  private void finishSample(ActiveSamples out) {
    if (active > 0) {
      SampleList list = out.of(active);
      for (int a = 0; a < active; a++) {
        list.add(feature[a], value[a]);
      }
      list.endSample();
      active = 0;
    }
  }
}
