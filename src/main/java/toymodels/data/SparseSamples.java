package toymodels.data;

import java.util.Arrays;

/**
 * Samples as lists of their active features: those with one, then those with two, then those with
 * more, each in the order of drawing. Sample s has entries {@code starts()[s]} to {@code starts()[s
 * + 1]}. The sparse estimators sum in this order.
 */
public final class SparseSamples {
  private int one;
  private int two;
  private int more;
  private int[] starts = new int[65];
  private int[] features = new int[256];

  /** Bits of floats, which broadcast faster to vectors. */
  private int[] valueBits = new int[256];

  /** Where the entries of samples with one, two and more active features are written next. */
  private final int[] next = new int[4];

  void clear() {
    one = 0;
    two = 0;
    more = 0;
  }

  /** Makes room for so many samples and entries. */
  void reserve(int samples, int entries) {
    if (entries > features.length) {
      features = Arrays.copyOf(features, 2 * entries);
      valueBits = Arrays.copyOf(valueBits, 2 * entries);
    }
    if (samples >= starts.length) {
      starts = Arrays.copyOf(starts, 2 * samples);
    }
  }

  /** Adds samples of k active features whose entries already stand in the arrays; k never falls. */
  void addWritten(int count, int k) {
    int sample = samples();
    int first = starts[sample];
    for (int s = 1; s <= count; s++) {
      starts[sample + s] = first + k * s;
    }
    one += k == 1 ? count : 0;
    two += k == 2 ? count : 0;
    more += k > 2 ? count : 0;
  }

  /**
   * Replaces all samples by these, without a branch that depends on what was drawn.
   *
   * @param entries entries of all samples, sample by sample
   * @param sample the sample of every entry, and any other number at the end
   * @param active how many entries each sample has
   * @param feature the feature of every entry
   * @param value the bits of its value
   */
  void sort(int entries, int[] sample, int[] active, int[] feature, int[] value) {
    Arrays.fill(next, 0);
    for (int e = 0; e < entries; e++) {
      next[Math.min(active[sample[e]], 3)]++;
    }
    one = next[1];
    two = next[2] / 2;
    // The end of a sample that may begin is written before it is known whether it does.
    reserve(one + two + next[3] + 1, entries);
    next[3] = one + 2 * two;
    next[2] = one;
    next[1] = 0;
    int large = one + two + 1;
    int first = large;
    for (int e = 0; e < entries; e++) {
      int s = sample[e];
      int k = Math.min(active[s], 3);
      int to = next[k]++;
      features[to] = feature[e];
      valueBits[to] = value[e];
      // Of a sample with three or more, the last entry's is the one that stays.
      starts[large] = to + 1;
      large += (k == 3 ? 1 : 0) & (sample[e + 1] != s ? 1 : 0);
    }
    more = large - first;
    for (int s = 0; s <= one; s++) {
      starts[s] = s;
    }
    for (int s = 1; s <= two; s++) {
      starts[one + s] = one + 2 * s;
    }
  }

  /** How many samples have one active feature. */
  public int one() {
    return one;
  }

  /** How many samples have two. */
  public int two() {
    return two;
  }

  /** How many samples have three or more. */
  public int more() {
    return more;
  }

  /** How many samples there are in all. */
  public int samples() {
    return one + two + more;
  }

  /** The first entry of every sample and the end of the last, shared; longer than that. */
  public int[] starts() {
    return starts;
  }

  /** The feature of every entry, shared; longer than there are entries. */
  public int[] features() {
    return features;
  }

  /** The bits of the xⱼ of every entry, shared; longer than there are entries. */
  public int[] valueBits() {
    return valueBits;
  }

  /**
   * Writes the samples out.
   *
   * @param n the number of features
   * @return x, (samples, features)
   */
  public float[] dense(int n) {
    float[] x = new float[samples() * n];
    for (int s = 0; s < samples(); s++) {
      for (int e = starts[s]; e < starts[s + 1]; e++) {
        x[s * n + features[e]] = Float.intBitsToFloat(valueBits[e]);
      }
    }
    return x;
  }
}
