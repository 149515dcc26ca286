package toymodels.backend.cpu;

import toymodels.model.ModelShape;

/**
 * Sizes of what one thread works on: a chunk of samples in rows, few enough to stay in a near
 * cache, many enough to spread the cost of starting a loop.
 *
 * @param features rows of features: n, padded to what the kernels take at once
 * @param hidden rows of hidden units, padded likewise
 * @param samples room in a row, a multiple of 32
 */
record ChunkRows(int features, int hidden, int samples) {
  /** Bytes of the second-level cache of small cores that rows may take. */
  private static final int CACHE = 1 << 18;

  private static final int MIN_SAMPLES = 64;

  /** Longer rows leave the first-level cache without starting loops less often to any avail. */
  private static final int MAX_SAMPLES = 256;

  static ChunkRows of(ModelShape shape) {
    int features = padded(shape.features());
    int hidden = padded(shape.hidden());
    int fit = CACHE / Float.BYTES / (3 * features + 2 * hidden);
    int samples = Math.max(MIN_SAMPLES, Math.min(MAX_SAMPLES, Integer.highestOneBit(fit | 1)));
    return new ChunkRows(features, hidden, samples);
  }

  /** The next number that is a sum of fours and twos, with room for one more row of a pair. */
  static int padded(int rows) {
    return taken(rows) + 1;
  }

  /** Rows that loops over fours, then twos, touch. */
  static int taken(int rows) {
    int rest = rows % Kernels.MANY;
    return rows - rest + (rest + 1) / Kernels.FEW * Kernels.FEW;
  }

  /** Rows that the kernels take at once from row {@code at} of {@code rows}. */
  static int atOnce(int rows, int at) {
    return rows - at >= Kernels.MANY ? Kernels.MANY : Kernels.FEW;
  }
}
