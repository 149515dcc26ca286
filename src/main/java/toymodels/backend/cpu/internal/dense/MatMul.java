package toymodels.backend.cpu.internal.dense;

import toymodels.model.ModelShape;

/**
 * One of the matrix products of a step, in the form that suits its size: out_r = start_r + Σ_k W_kr
 * in_k for all rows r of a round.
 */
interface MatMul {
  /** Terms from which on broadcasting a weight costs less than keeping it V times in memory. */
  int MANY_TERMS = 24;

  /** Takes over an array of weights, (features, hidden). */
  void pack(float[] weights);

  /** Sums for {@code vectors} vectors; may overwrite one vector more if that number is odd. */
  void multiply(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int vectors);

  /** Sums that start from a number of each row, zero unless said. */
  sealed interface Started extends MatMul permits ReplicatedWeightsMatMul, BroadcastWeightsMatMul {
    void startFrom(float[] values);
  }

  /** Sums over features, from zero, for each hidden unit. */
  static MatMul intoHidden(Kernels kernels, ModelShape shape, int featureLanes) {
    int n = shape.features();
    int m = shape.hidden();
    return featureLanes == 2 ? new SplitFeatureMatMul(kernels, n, m) : of(kernels, m, 1, n, m);
  }

  /** Sums over hidden units for each feature. */
  static Started intoFeatures(Kernels kernels, ModelShape shape) {
    int m = shape.hidden();
    return of(kernels, shape.features(), m, m, 1);
  }

  private static Started of(Kernels kernels, int rows, int rowStride, int terms, int termStride) {
    return terms < MANY_TERMS
        ? new ReplicatedWeightsMatMul(kernels, rows, rowStride, terms, termStride)
        : new BroadcastWeightsMatMul(kernels, rows, rowStride, terms, termStride);
  }
}
