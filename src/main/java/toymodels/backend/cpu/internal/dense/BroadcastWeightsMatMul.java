package toymodels.backend.cpu.internal.dense;

/** Sums of many terms: rows by fours and twos, two vectors at a time. */
final class BroadcastWeightsMatMul implements MatMul.Started {
  /** Bytes of a first-level cache that inputs may take. */
  private static final int CACHE = 16 << 10;

  private final Kernels kernels;
  private final int rows;
  private final int rowStride;
  private final int terms;
  private final int termStride;
  private final int atOnce;

  /** Bits of floats: for each tile (terms, rows of the tile); rows of padding are zero. */
  private final int[] packed;

  private final float[] start;

  /** Weight (r, k) is number {@code r * rowStride + k * termStride} of those to pack. */
  BroadcastWeightsMatMul(Kernels kernels, int rows, int rowStride, int terms, int termStride) {
    this.kernels = kernels;
    this.rows = rows;
    this.rowStride = rowStride;
    this.terms = terms;
    this.termStride = termStride;
    atOnce = Math.max(2, CACHE / (terms * kernels.lanes() * Float.BYTES) & -2);
    packed = new int[(rows + rows % 2) * terms];
    start = new float[Kernels.ARRAY_OFFSET + (rows + rows % 2) * kernels.lanes()];
  }

  private static int rowsAtOnce(int left) {
    return left >= Kernels.MEDIUM_ROW_TILE ? Kernels.MEDIUM_ROW_TILE : Kernels.SMALL_ROW_TILE;
  }

  @Override
  public void startFrom(float[] values) {
    kernels.broadcast(values, 0, 1, rows, start, Kernels.ARRAY_OFFSET);
  }

  @Override
  public void pack(float[] weights) {
    int at = 0;
    for (int first = 0; first < rows; ) {
      int count = rowsAtOnce(rows - first);
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
      float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int vectors) {
    for (int t = 0; t < vectors; t += atOnce) {
      int count = Math.min(atOnce, vectors - t);
      some(in, inAt + t * inStep, inStep, out, outAt + t * outStep, outStep, count);
    }
  }

  /** Vectors few enough for their inputs to stay in a first-level cache while all rows pass. */
  private void some(
      float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int vectors) {
    int v = kernels.lanes();
    int at = 0;
    for (int first = 0; first < rows; ) {
      int count = rowsAtOnce(rows - first);
      kernels.broadcastProduct(
          count,
          packed,
          at,
          terms,
          start,
          Kernels.ARRAY_OFFSET + first * v,
          in,
          inAt,
          inStep,
          out,
          outAt + first * v,
          outStep,
          vectors);
      at += count * terms;
      first += count;
    }
  }
}
