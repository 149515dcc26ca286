package toymodels.backend.cpu;

import toymodels.model.ModelShape;

/**
 * One of the matrix products of a step, in the form that suits its size: out_r = start_r + Σ_k W_kr
 * in_k for all rows r of a round.
 */
sealed interface WeightedSums permits NarrowSums, PairedSums, WideSums {
  /**
   * Terms up to which a tile's weights, V times each, stay in a first-level cache beside the
   * samples.
   */
  int FEW_TERMS = 40;

  /** Takes over an array of weights, (features, hidden). */
  void pack(float[] weights);

  /** Sums for {@code rounds} rounds; may overwrite one round more if that number is odd. */
  void multiply(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int rounds);

  /** Sums over features, from zero, for each hidden unit. */
  static WeightedSums intoHidden(Kernels kernels, ModelShape shape, int featureLanes) {
    int n = shape.features();
    int m = shape.hidden();
    if (featureLanes == 2) {
      return new PairedSums(kernels, n, m);
    }
    return n <= FEW_TERMS ? new NarrowSums(kernels, m, 1, n, m) : new WideSums(kernels, m, 1, n, m);
  }

  /** Sums over hidden units for each feature. */
  static NarrowSums intoFeatures(Kernels kernels, ModelShape shape) {
    int m = shape.hidden();
    return new NarrowSums(kernels, shape.features(), m, m, 1);
  }
}
