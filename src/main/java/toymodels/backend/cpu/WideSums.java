package toymodels.backend.cpu;

/**
 * Sums of many terms, from zero: two rounds at a time, whose inputs stay in the first-level cache
 * while all rows pass by fours and twos.
 */
final class WideSums implements WeightedSums {
  private final Kernels kernels;
  private final int rows;
  private final int rowStride;
  private final int terms;
  private final int termStride;

  /** Bits of floats: for each tile (terms, rows of the tile); rows of padding are zero. */
  private final int[] packed;

  /** Weight (r, k) is number {@code r * rowStride + k * termStride} of those to pack. */
  WideSums(Kernels kernels, int rows, int rowStride, int terms, int termStride) {
    this.kernels = kernels;
    this.rows = rows;
    this.rowStride = rowStride;
    this.terms = terms;
    this.termStride = termStride;
    packed = new int[(rows + rows % 2) * terms];
  }

  private static int atOnce(int left) {
    return left >= Kernels.FOUR ? Kernels.FOUR : Kernels.TWO;
  }

  @Override
  public void pack(float[] weights) {
    int at = 0;
    for (int first = 0; first < rows; ) {
      int count = atOnce(rows - first);
      int real = Math.min(count, rows - first);
      for (int k = 0; k < terms; k++) {
        for (int r = 0; r < real; r++) {
          packed[at + r] =
              Float.floatToRawIntBits(weights[(first + r) * rowStride + k * termStride]);
        }
        at += count;
      }
      first += count;
    }
  }

  @Override
  public void multiply(
      float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int rounds) {
    int v = kernels.lanes();
    for (int t = 0; t < rounds; t += 2) {
      int at = 0;
      for (int first = 0; first < rows; ) {
        int count = atOnce(rows - first);
        kernels.wideProduct(
            count,
            packed,
            at,
            terms,
            in,
            inAt + t * inStep,
            inStep,
            out,
            outAt + t * outStep + first * v,
            outStep);
        at += count * terms;
        first += count;
      }
    }
  }
}
