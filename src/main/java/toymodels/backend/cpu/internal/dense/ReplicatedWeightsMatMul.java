package toymodels.backend.cpu.internal.dense;

/** Sums of few terms: rows by tens, fours and twos, one vector at a time. */
final class ReplicatedWeightsMatMul implements MatMul.Started {
  private final Kernels kernels;
  private final int rows;
  private final int rowStride;
  private final int terms;
  private final int termStride;

  /** For each tile (terms, rows of the tile, V); rows of padding are zero. */
  private final float[] packed;

  private final float[] start;

  /** Weight (r, k) is number {@code r * rowStride + k * termStride} of those to pack. */
  ReplicatedWeightsMatMul(Kernels kernels, int rows, int rowStride, int terms, int termStride) {
    this.kernels = kernels;
    this.rows = rows;
    this.rowStride = rowStride;
    this.terms = terms;
    this.termStride = termStride;
    packed = new float[Kernels.ARRAY_OFFSET + (rows + rows % 2) * terms * kernels.lanes()];
    start = new float[Kernels.ARRAY_OFFSET + (rows + rows % 2) * kernels.lanes()];
  }

  private static int atOnce(int left) {
    if (left >= Kernels.LARGE_ROW_TILE) {
      return Kernels.LARGE_ROW_TILE;
    }
    return left >= Kernels.MEDIUM_ROW_TILE ? Kernels.MEDIUM_ROW_TILE : Kernels.SMALL_ROW_TILE;
  }

  @Override
  public void startFrom(float[] values) {
    kernels.broadcast(values, 0, 1, rows, start, Kernels.ARRAY_OFFSET);
  }

  @Override
  public void pack(float[] weights) {
    int v = kernels.lanes();
    int at = Kernels.ARRAY_OFFSET;
    for (int first = 0; first < rows; ) {
      int count = atOnce(rows - first);
      int real = Math.min(count, rows - first);
      for (int k = 0; k < terms; k++) {
        kernels.broadcast(weights, first * rowStride + k * termStride, rowStride, real, packed, at);
        at += count * v;
      }
      first += count;
    }
  }

  @Override
  public void multiply(
      float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int vectors) {
    int v = kernels.lanes();
    int at = Kernels.ARRAY_OFFSET;
    for (int first = 0; first < rows; ) {
      int count = atOnce(rows - first);
      kernels.product(
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
      at += count * terms * v;
      first += count;
    }
  }
}
