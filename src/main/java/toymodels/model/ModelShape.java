package toymodels.model;

/**
 * The kind and size of one toy model: n features through m hidden dimensions.
 *
 * @param kind what the model computes
 * @param features n, the number of input and output features, 1 to {@value #MAX_FEATURES}
 * @param hidden m, the number of hidden dimensions (or neurons), 1 to {@value #MAX_HIDDEN}
 */
public record ModelShape(ModelKind kind, int features, int hidden) {
  public static final int MAX_FEATURES = 1 << 20;
  public static final int MAX_HIDDEN = 1 << 16;

  /**
   * @throws IllegalArgumentException if a size is out of range or one model has over 2^30 weights
   */
  public ModelShape {
    if (kind == null) {
      throw new IllegalArgumentException("a model shape needs a kind, but it is null");
    }
    requireWithin("features", features, MAX_FEATURES);
    requireWithin("hidden", hidden, MAX_HIDDEN);
    if ((long) features * hidden > 1 << 30) {
      throw new IllegalArgumentException(
          "features * hidden = %d, allowed are at most 2^30 weights a matrix: make either smaller"
              .formatted((long) features * hidden));
    }
  }

  private static void requireWithin(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException("%s = %d, allowed is 1 to %d".formatted(name, value, max));
    }
  }

  /** Numbers in one weight matrix, n·m. */
  public int weights() {
    return features * hidden;
  }

  /** Trained numbers of one model: n·m weights (2·n·m when untied) and n biases. */
  public long parameters() {
    return (kind.tied() ? 1L : 2L) * weights() + features;
  }
}
