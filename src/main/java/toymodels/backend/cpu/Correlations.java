package toymodels.backend.cpu;

import toymodels.model.ModelShape;

/** Sums over samples of features times hidden units: the gradient of the weights, lane by lane. */
final class Correlations {
  private static final int LANES = Kernels.SAMPLE_LANES;

  private final Kernels kernels;
  private final ChunkRows rows;
  private final int n;
  private final int m;

  Correlations(Kernels kernels, ModelShape shape, ChunkRows rows) {
    this.kernels = kernels;
    this.rows = rows;
    this.n = shape.features();
    this.m = shape.hidden();
  }

  /**
   * Adds the products of d and g, then of x and dh, of each round.
   *
   * @param sums (features, hidden, 16), padded, from the group's first lane
   */
  void addBoth(float[] features, float[] hidden, float[] sums, int group, int rounds) {
    add(features, 0, rows.featureHalf(), hidden, 0, rows.hiddenHalf(), sums, group, 2 * rounds);
  }

  /** Adds the products of d and g. */
  void addErrors(float[] features, float[] hidden, float[] sums, int group, int rounds) {
    add(features, 0, rows.featureStep(), hidden, 0, rows.hiddenStep(), sums, group, rounds);
  }

  /** Adds the products of x and dh. */
  void addInputs(float[] features, float[] hidden, float[] sums, int group, int rounds) {
    add(
        features,
        rows.featureHalf(),
        rows.featureStep(),
        hidden,
        rows.hiddenHalf(),
        rows.hiddenStep(),
        sums,
        group,
        rounds);
  }

  private void add(
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] sums,
      int at,
      int count) {
    int v = rows.lanes();
    int aStride = rows.hidden() * LANES;
    int from = Kernels.START + aAt;
    int other = Kernels.START + bAt;
    int i = 0;
    for (; n - i >= Kernels.TEN; i += Kernels.TEN) {
      for (int j = 0; j < m; j++) {
        int to = Kernels.START + at + i * aStride + j * LANES;
        kernels.correlateColumn(
            a, from + i * v, aStep, b, other + j * v, bStep, sums, to, aStride, count);
      }
    }
    while (i < n) {
      int take = n - i >= Kernels.FOUR ? Kernels.FOUR : Kernels.TWO;
      for (int j = 0; j < m; j += Kernels.TWO) {
        int to = Kernels.START + at + i * aStride + j * LANES;
        kernels.correlate(
            take, a, from + i * v, aStep, b, other + j * v, bStep, sums, to, aStride, LANES, count);
      }
      i += take;
    }
  }
}
