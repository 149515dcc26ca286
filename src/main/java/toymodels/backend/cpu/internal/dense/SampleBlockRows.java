package toymodels.backend.cpu.internal.dense;

import toymodels.model.ModelShape;

/**
 * Sizes of what one thread works on: a block of vectors of one group of sample lanes, few enough to
 * stay in a near cache, many enough to spread the cost of starting a loop.
 *
 * @param lanes V
 * @param features rows of features: n, padded to even
 * @param hidden rows of hidden units, padded likewise
 * @param vectors room for vectors, an even number
 */
public record SampleBlockRows(int lanes, int features, int hidden, int vectors) {
  /** Bytes of a first-level cache that a chunk may take. */
  private static final int CACHE = 26 << 10;

  /** Below, starting loops and moving sums costs more than the second-level cache. */
  private static final int MIN_ROUNDS = 16;

  private static final int MAX_ROUNDS = 64;

  public static SampleBlockRows of(ModelShape shape, int lanes) {
    int features = padded(shape.features());
    int hidden = padded(shape.hidden());
    int fit = CACHE / (2 * (features + hidden) * lanes * Float.BYTES) & -2;
    return new SampleBlockRows(
        lanes, features, hidden, Math.max(MIN_ROUNDS, Math.min(MAX_ROUNDS, fit)));
  }

  private static int padded(int rows) {
    return rows + rows % 2;
  }

  /** Floats of d, or of x, of one vector. */
  public int featureHalf() {
    return features * lanes;
  }

  /** Floats of g, or of dh, of one vector. */
  int hiddenHalf() {
    return hidden * lanes;
  }

  /** From one vector's features to the next's. */
  public int featureStep() {
    return 2 * featureHalf();
  }

  /** From one vector's hidden units to the next's. */
  int hiddenStep() {
    return 2 * hiddenHalf();
  }
}
