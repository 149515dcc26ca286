package toymodels.backend.cpu.internal.dense;

/** Sums over features on two lanes, even and odd: hidden units by fives and twos. */
final class SplitFeatureMatMul implements MatMul {
  private final Kernels kernels;
  private final int features;
  private final int hidden;
  private final int pairs;

  /** For each tile (pairs, 2, hidden units of the tile, V); padding is zero. */
  private final float[] packed;

  SplitFeatureMatMul(Kernels kernels, int features, int hidden) {
    this.kernels = kernels;
    this.features = features;
    this.hidden = hidden;
    pairs = (features + 1) / 2;
    packed = new float[Kernels.ARRAY_OFFSET + 2 * pairs * (hidden + hidden % 2) * kernels.lanes()];
  }

  /** Five where nothing is left over then, or an even number. */
  private static int atOnce(int left) {
    boolean fits = left % Kernels.SPLIT_ROW_TILE == 0 || left % 2 == 1;
    return left >= Kernels.SPLIT_ROW_TILE && fits ? Kernels.SPLIT_ROW_TILE : Kernels.SMALL_ROW_TILE;
  }

  @Override
  public void pack(float[] weights) {
    int v = kernels.lanes();
    int at = Kernels.ARRAY_OFFSET;
    for (int first = 0; first < hidden; ) {
      int count = atOnce(hidden - first);
      int real = Math.min(count, hidden - first);
      for (int i = 0; i < features; i++) {
        kernels.broadcast(weights, i * hidden + first, 1, real, packed, at + i * count * v);
      }
      at += 2 * pairs * count * v;
      first += count;
    }
  }

  @Override
  public void multiply(
      float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int vectors) {
    int v = kernels.lanes();
    int at = Kernels.ARRAY_OFFSET;
    for (int first = 0; first < hidden; ) {
      int count = atOnce(hidden - first);
      kernels.splitFeatureProduct(
          count, packed, at, pairs, in, inAt, inStep, out, outAt + first * v, outStep, vectors);
      at += 2 * pairs * count * v;
      first += count;
    }
  }
}
