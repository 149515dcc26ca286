package toymodels.backend.cpu;

import toymodels.model.ModelShape;

/**
 * Weights in the order in which {@link Kernels#product} takes them: bits of floats, rows of the
 * output by fours, then twos, padded with zeros; for each of them the terms of its sum in order,
 * lane by lane of the features.
 */
final class PackedWeights {
  private final int rows;
  private final int rowStride;
  private final int termStride;
  private final int[] terms;
  private final int[] bits;

  /**
   * @param terms terms of each lane's sum; term k of lane q is number k · lanes + q
   */
  private PackedWeights(int rows, int rowStride, int termStride, int[] terms) {
    this.rows = rows;
    this.rowStride = rowStride;
    this.termStride = termStride;
    this.terms = terms;
    int all = 0;
    for (int count : terms) {
      all += count;
    }
    bits = new int[ChunkRows.taken(rows) * all];
  }

  /** Of an array (features, hidden): hidden units are rows, features terms, lane by lane. */
  static PackedWeights intoHidden(ModelShape shape, int featureLanes) {
    int[] terms = new int[featureLanes];
    for (int q = 0; q < featureLanes; q++) {
      terms[q] = (shape.features() - q + featureLanes - 1) / featureLanes;
    }
    return new PackedWeights(shape.hidden(), 1, shape.hidden(), terms);
  }

  /** Of an array (features, hidden): features are rows, hidden units terms. */
  static PackedWeights intoFeatures(ModelShape shape) {
    return new PackedWeights(shape.features(), shape.hidden(), 1, new int[] {shape.hidden()});
  }

  void pack(float[] weights) {
    int at = 0;
    for (int q = 0; q < terms.length; q++) {
      for (int first = 0; first < ChunkRows.taken(rows); ) {
        int count = ChunkRows.atOnce(rows, first);
        int real = Math.min(count, rows - first);
        for (int k = 0; k < terms[q]; k++) {
          int from = first * rowStride + (k * terms.length + q) * termStride;
          for (int r = 0; r < real; r++) {
            bits[at + r] = Float.floatToRawIntBits(weights[from + r * rowStride]);
          }
          at += count;
        }
        first += count;
      }
    }
  }

  /**
   * Adds one lane's terms up for all rows: the first lane overwrites, the others add.
   *
   * @param start what each row starts from, (rows, padded; V)
   */
  void multiply(
      Kernels kernels,
      int lane,
      float[] start,
      float[] in,
      int inAt,
      int inStride,
      float[] out,
      int outAt,
      int outStride,
      int vectors) {
    if (terms[lane] == 0) {
      return;
    }
    Kernels.Product product = new Kernels.Product(terms[lane], inStride, outStride, lane > 0);
    int taken = ChunkRows.taken(rows);
    int at = 0;
    for (int q = 0; q < lane; q++) {
      at += taken * terms[q];
    }
    for (int first = 0; first < taken; ) {
      int count = ChunkRows.atOnce(rows, first);
      kernels.product(
          count,
          bits,
          at,
          product,
          start,
          first * kernels.lanes(),
          in,
          inAt,
          out,
          outAt + first * outStride,
          vectors);
      at += count * terms[lane];
      first += count;
    }
  }
}
