package toymodels.backend.cpu;

import toymodels.model.ModelShape;
import toymodels.train.Lanes;

/**
 * Models of two hidden units without a ReLU between, forward and back in one pass: what concerns
 * hidden units stays in registers, where products in rows of two would mostly load and store.
 */
final class TwoHidden {
  private static final int START = Kernels.START;

  /** Features from which on spread weights would not stay in a near cache. */
  private static final int MANY_FEATURES = 128;

  private final Kernels kernels;
  private final ChunkRows rows;
  private final int features;
  private final boolean linear;

  /** W, (features, 2, V), and b, (features, V). */
  private final float[] weights;

  private final float[] biases;

  TwoHidden(Kernels kernels, ModelShape shape, ChunkRows rows) {
    this.kernels = kernels;
    this.rows = rows;
    features = shape.features();
    linear = !shape.kind().reluOutput();
    weights = new float[START + 2 * features * rows.lanes()];
    biases = new float[START + features * rows.lanes()];
  }

  /** Whether models of this shape pass this way; sums over features stand on one lane then. */
  static boolean serves(ModelShape shape) {
    return shape.hidden() == 2
        && Lanes.featureLanes(shape) == 1
        && shape.features() < MANY_FEATURES
        && shape.kind().tied()
        && !shape.kind().reluHidden()
        && !shape.kind().targetsAbsoluteValue();
  }

  void pack(Parameters model) {
    kernels.spread(model.encoder(), 0, 1, 2 * features, weights, START);
    kernels.spread(model.biases(), 0, 1, features, biases, START);
  }

  /** From inputs to errors, losses and the hidden units' errors. */
  void pass(Chunk chunk, float[] importance, int rounds) {
    kernels.twoHidden(
        linear,
        features,
        weights,
        biases,
        importance,
        chunk.features(),
        rows.featureHalf(),
        chunk.hidden(),
        chunk.loss(),
        rounds);
  }
}
