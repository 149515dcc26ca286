package toymodels.backend.cpu;

import toymodels.model.ModelShape;

/**
 * Sizes of what one thread works on: a chunk of rounds of one group of sample lanes, few enough to
 * stay in a near cache, many enough to spread the cost of starting a loop.
 *
 * @param lanes V
 * @param features rows of features: n, padded to even
 * @param hidden rows of hidden units, padded likewise
 * @param rounds room for rounds, an even number
 */
record ChunkRows(int lanes, int features, int hidden, int rounds) {
  /** Bytes of a first-level cache that a chunk may take. */
  private static final int CACHE = 26 << 10;

  /** Below, starting loops and moving sums costs more than the second-level cache. */
  private static final int MIN_ROUNDS = 16;

  private static final int MAX_ROUNDS = 64;

  static ChunkRows of(ModelShape shape, int lanes) {
    int features = padded(shape.features());
    int hidden = padded(shape.hidden());
    int fit = CACHE / (2 * (features + hidden) * lanes * Float.BYTES) & -2;
    return new ChunkRows(lanes, features, hidden, Math.max(MIN_ROUNDS, Math.min(MAX_ROUNDS, fit)));
  }

  private static int padded(int rows) {
    return rows + rows % 2;
  }

  /** Floats of d, or of x, of one round. */
  int featureHalf() {
    return features * lanes;
  }

  /** Floats of g, or of dh, of one round. */
  int hiddenHalf() {
    return hidden * lanes;
  }

  /** From one round's features to the next's. */
  int featureStep() {
    return 2 * featureHalf();
  }

  /** From one round's hidden units to the next's. */
  int hiddenStep() {
    return 2 * hiddenHalf();
  }
}
