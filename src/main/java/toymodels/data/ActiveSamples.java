package toymodels.data;

/**
 * Samples with at least one active feature, by how many they have: those with one, then those with
 * two, then the others, each in the order of drawing. The sparse estimators sum in this order.
 */
public final class ActiveSamples {
  private final SampleList one = new SampleList();
  private final SampleList two = new SampleList();
  private final SampleList more = new SampleList();

  void clear() {
    one.clear();
    two.clear();
    more.clear();
  }

  /** The list for a sample with so many active features, at least 1. */
  SampleList of(int active) {
    return active == 1 ? one : active == 2 ? two : more;
  }

  public SampleList one() {
    return one;
  }

  public SampleList two() {
    return two;
  }

  /** Samples with three active features or more. */
  public SampleList more() {
    return more;
  }

  /** How many samples there are in all. */
  public int samples() {
    return one.samples() + two.samples() + more.samples();
  }

  /**
   * Writes the samples out, one, two and more.
   *
   * @param features n
   * @return x, (samples, features)
   */
  public float[] dense(int features) {
    float[] x = new float[samples() * features];
    int row = 0;
    for (SampleList list : new SampleList[] {one, two, more}) {
      for (int s = 0; s < list.samples(); s++) {
        for (int e = list.start(s); e < list.start(s + 1); e++) {
          x[row * features + list.features()[e]] = list.values()[e];
        }
        row++;
      }
    }
    return x;
  }
}
