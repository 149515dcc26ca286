package toymodels.backend.cpu;

/** The sums that end a tile and a batch, docs/arithmetic.md section 3. */
final class LaneSums {
  private static final int LANES = Kernels.SAMPLE_LANES;

  private LaneSums() {}

  /** The sum of sixteen lanes from {@code at}, a butterfly: strides 8, 4, 2, 1. */
  static float of(float[] a, int at) {
    float s0 = (a[at] + a[at + 8]) + (a[at + 4] + a[at + 12]);
    float s1 = (a[at + 1] + a[at + 9]) + (a[at + 5] + a[at + 13]);
    float s2 = (a[at + 2] + a[at + 10]) + (a[at + 6] + a[at + 14]);
    float s3 = (a[at + 3] + a[at + 11]) + (a[at + 7] + a[at + 15]);
    return (s0 + s2) + (s1 + s3);
  }

  /** The sum of all lanes, (feature lanes, 16); the feature lanes meet first. */
  static float loss(float[] lanes, int featureLanes) {
    if (featureLanes == 2) {
      for (int s = 0; s < LANES; s++) {
        lanes[Kernels.START + s] += lanes[Kernels.START + s + LANES];
      }
    }
    return of(lanes, Kernels.START);
  }

  /**
   * Adds a tile's sums to the gradient.
   *
   * @param sums (features, padded, 16)
   * @param gradient (features, width), overwritten by the first tile
   */
  static void addTile(float[] sums, int width, int padded, float[] gradient, boolean first) {
    for (int i = 0; i < gradient.length / width; i++) {
      for (int j = 0; j < width; j++) {
        float sum = of(sums, Kernels.START + (i * padded + j) * LANES);
        gradient[i * width + j] = first ? sum : gradient[i * width + j] + sum;
      }
    }
  }

  /** Turns sums over the batch into the gradient of the mean; adding +0 turns −0 into +0. */
  static void finish(float[] gradient, float scale) {
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (gradient[i] + 0f) * scale;
    }
  }
}
