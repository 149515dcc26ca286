package toymodels.backend.cpu;

import toymodels.model.ModelShape;

/** Sums over samples of hidden units times features: the gradient of the weights, lane by lane. */
final class Correlations {
  private static final int LANES = Kernels.SAMPLE_LANES;

  private final Kernels kernels;
  private final ChunkRows rows;
  private final int n;
  private final int m;
  private final float[] hidden;
  private final float[] features;

  /** Of these rows of pairs. */
  Correlations(
      Kernels kernels, ModelShape shape, ChunkRows rows, float[] hidden, float[] features) {
    this.kernels = kernels;
    this.rows = rows;
    this.n = shape.features();
    this.m = shape.hidden();
    this.hidden = hidden;
    this.features = features;
  }

  /** The pairs of hidden units and features, one half or both; fours run over what fits better. */
  void add(float[] sums, boolean both, int half, int blocks) {
    int row = 2 * rows.samples();
    int weight = LANES;
    int direction = rows.hidden() * LANES;
    boolean manyHidden =
        (long) ChunkRows.taken(m) * (n + n % 2) <= (long) ChunkRows.taken(n) * (m + m % 2);
    float[] a = manyHidden ? hidden : features;
    float[] b = manyHidden ? features : hidden;
    int aRows = manyHidden ? m : n;
    int bRows = manyHidden ? n : m;
    int aSums = manyHidden ? weight : direction;
    int bSums = manyHidden ? direction : weight;
    Kernels.Correlation c = new Kernels.Correlation(row, row, aSums, bSums, both);
    for (int q = 0; q < bRows; q += Kernels.FEW) {
      for (int r = 0; r < aRows; ) {
        int count = ChunkRows.atOnce(aRows, r);
        kernels.correlate(
            count, c, a, r * row + half, b, q * row + half, sums, r * aSums + q * bSums, blocks);
        r += count;
      }
    }
  }
}
