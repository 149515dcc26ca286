package toymodels.data;

import java.util.Arrays;

/**
 * Samples as lists of their active features: sample s has entries {@code start(s)} to {@code
 * start(s + 1)}. Grows as needed and is filled again every step.
 */
public final class SampleList {
  private int samples;
  private int entries;
  private int[] start = new int[64];
  private int[] feature = new int[256];
  private float[] value = new float[256];

  void clear() {
    samples = 0;
    entries = 0;
  }

  /** Adds an active feature to the sample that {@link #endSample} will end. */
  void add(int activeFeature, float x) {
    if (entries == feature.length) {
      feature = Arrays.copyOf(feature, 2 * entries);
      value = Arrays.copyOf(value, 2 * entries);
    }
    feature[entries] = activeFeature;
    value[entries++] = x;
  }

  void endSample() {
    if (samples + 1 == start.length) {
      start = Arrays.copyOf(start, 2 * start.length);
    }
    start[++samples] = entries;
  }

  /** How many samples there are. */
  public int samples() {
    return samples;
  }

  /** The first entry of a sample, 0 to {@link #samples}; of the last, the number of entries. */
  public int start(int sample) {
    return start[sample];
  }

  /** The feature of every entry, shared; longer than there are entries. */
  public int[] features() {
    return feature;
  }

  /** The xⱼ of every entry, shared; longer than there are entries. */
  public float[] values() {
    return value;
  }
}
