package toymodels.data;

import java.util.Arrays;

/**
 * Draws k of n features, every set of k as likely, each with a value uniform on [0, 1): Floyd's
 * algorithm, one word u an entry. For t = n − k to n − 1, the whole part of u (t + 1) / 2³² is the
 * feature, or t is if that was taken, and what is left of it the value.
 *
 * <p>An instance has buffers: one thread at a time.
 */
final class FeatureSets {
  private static final long FRACTION = 0xFFFFFFFFL;

  private final int n;

  /** The sample that took a feature last; features below {@link Long#SIZE} are bits instead. */
  private final int[] takenBy;

  private int sample;
  private int[] words = new int[64];

  FeatureSets(int features) {
    n = features;
    takenBy = new int[features];
  }

  /** Adds samples of k features, 1 to n, to a list whose samples have no more than k. */
  void draw(int k, int count, Xoshiro generator, SparseSamples list) {
    int at = list.starts()[list.samples()];
    int entries = k * count;
    list.reserve(list.samples() + count, at + entries);
    if (words.length < entries) {
      words = new int[2 * entries];
    }
    generator.fill(words, entries);
    if (k == 1) {
      single(entries, list.features(), list.valueBits(), at);
    } else if (k == 2) {
      pairs(entries, list.features(), list.valueBits(), at);
    } else if (n <= Long.SIZE) {
      few(k, entries, list.features(), list.valueBits(), at);
    } else {
      many(k, entries, list.features(), list.valueBits(), at);
    }
    list.addWritten(count, k);
  }

  private void single(int entries, int[] feature, int[] value, int at) {
    for (int e = 0; e < entries; e++) {
      long product = (words[e] & FRACTION) * n;
      feature[at + e] = (int) (product >>> 32);
      value[at + e] = bits(product);
    }
  }

  private void pairs(int entries, int[] feature, int[] value, int at) {
    for (int e = 0; e < entries; e += 2) {
      long first = (words[e] & FRACTION) * (n - 1);
      long second = (words[e + 1] & FRACTION) * n;
      int i = (int) (first >>> 32);
      int j = (int) (second >>> 32);
      feature[at + e] = i;
      feature[at + e + 1] = j == i ? n - 1 : j;
      value[at + e] = bits(first);
      value[at + e + 1] = bits(second);
    }
  }

  /** Features taken are the bits of one word. */
  private void few(int k, int entries, int[] feature, int[] value, int at) {
    long taken = 0;
    for (int e = 0, t = n - k; e < entries; e++) {
      long product = (words[e] & FRACTION) * ++t;
      int i = (int) (product >>> 32);
      i = (taken >>> i & 1) != 0 ? t - 1 : i;
      taken |= 1L << i;
      feature[at + e] = i;
      value[at + e] = bits(product);
      taken = t == n ? 0 : taken;
      t = t == n ? n - k : t;
    }
  }

  private void many(int k, int entries, int[] feature, int[] value, int at) {
    for (int e = 0; e < entries; ) {
      if (++sample == 0) {
        Arrays.fill(takenBy, 0);
        sample = 1;
      }
      for (int t = n - k; t < n; t++, e++) {
        long product = (words[e] & FRACTION) * (t + 1);
        int i = (int) (product >>> 32);
        i = takenBy[i] == sample ? t : i;
        takenBy[i] = sample;
        feature[at + e] = i;
        value[at + e] = bits(product);
      }
    }
  }

  /** The fraction of a product as a float's bits. */
  private static int bits(long product) {
    return Float.floatToRawIntBits((float) ((int) product >>> 1) * 0x1p-31f);
  }
}
