package toymodels.backend.cpu.internal.dense;

/**
 * The sum of sixteen sample lanes that ends a tile, docs/arithmetic.md section 3: a butterfly of
 * strides 8, 4, 2, 1. Lanes stand V by V: a group of lanes, and a stride further the next.
 */
final class LaneReduction {
  private final int v;
  private final int groupStride;

  LaneReduction(int v, int groupStride) {
    this.v = v;
    this.groupStride = groupStride;
  }

  /** The sum of the lanes from {@code at}. */
  float of(float[] a, int at) {
    return switch (v) {
      case 1 -> ofSingles(a, at);
      case 4 -> ofFours(a, at, at + groupStride, at + 2 * groupStride, at + 3 * groupStride);
      case 8 -> ofEights(a, at, at + groupStride);
      default -> ofEights(a, at, at + 8);
    };
  }

  private float ofSingles(float[] a, int at) {
    float even = quarter(a, at) + quarter(a, at + 2 * groupStride);
    float odd = quarter(a, at + groupStride) + quarter(a, at + 3 * groupStride);
    return even + odd;
  }

  private float quarter(float[] a, int at) {
    float half = a[at] + a[at + 8 * groupStride];
    return half + (a[at + 4 * groupStride] + a[at + 12 * groupStride]);
  }

  private static float ofFours(float[] a, int p, int q, int r, int s) {
    float s0 = (a[p] + a[r]) + (a[q] + a[s]);
    float s1 = (a[p + 1] + a[r + 1]) + (a[q + 1] + a[s + 1]);
    float s2 = (a[p + 2] + a[r + 2]) + (a[q + 2] + a[s + 2]);
    float s3 = (a[p + 3] + a[r + 3]) + (a[q + 3] + a[s + 3]);
    return (s0 + s2) + (s1 + s3);
  }

  /** The commonest form: constant distances let the compiler check bounds once. */
  private static float ofEights(float[] a, int p, int q) {
    float s0 = (a[p] + a[q]) + (a[p + 4] + a[q + 4]);
    float s1 = (a[p + 1] + a[q + 1]) + (a[p + 5] + a[q + 5]);
    float s2 = (a[p + 2] + a[q + 2]) + (a[p + 6] + a[q + 6]);
    float s3 = (a[p + 3] + a[q + 3]) + (a[p + 7] + a[q + 7]);
    return (s0 + s2) + (s1 + s3);
  }

  /** Turns sums over the batch into the gradient of the mean; adding +0 turns −0 into +0. */
  static void finish(float[] gradient, int at, int length, float scale) {
    for (int i = at; i < at + length; i++) {
      gradient[i] = (gradient[i] + 0f) * scale;
    }
  }
}
