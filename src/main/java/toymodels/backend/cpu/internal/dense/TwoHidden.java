package toymodels.backend.cpu.internal.dense;

import toymodels.model.ModelShape;
import toymodels.train.SummationOrder;

/**
 * Models of two hidden units without a ReLU between, forward and back in one pass: what concerns
 * hidden units stays in registers, where products in rows of two would mostly load and store.
 */
public final class TwoHidden {
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;

  /** Features from which on spread weights would not stay in a near cache. */
  private static final int MANY_FEATURES = 128;

  private final Kernels kernels;
  private final SampleBlockRows rows;
  private final int features;
  private final boolean linear;

  /** W, (features, 2, V), and b, (features, V). */
  private final float[] weights;

  private final float[] biases;

  TwoHidden(Kernels kernels, ModelShape shape, SampleBlockRows rows) {
    this.kernels = kernels;
    this.rows = rows;
    features = shape.features();
    linear = !shape.kind().reluOutput();
    weights = new float[ARRAY_OFFSET + 2 * features * rows.lanes()];
    biases = new float[ARRAY_OFFSET + features * rows.lanes()];
  }

  /** Whether models of this shape pass this way; sums over features stand on one lane then. */
  static boolean serves(ModelShape shape) {
    return shape.hidden() == 2
        && SummationOrder.featureLanes(shape) == 1
        && shape.features() < MANY_FEATURES
        && shape.kind().tied()
        && !shape.kind().reluHidden()
        && !shape.kind().targetsAbsoluteValue();
  }

  void pack(Parameters model) {
    kernels.broadcast(model.encoder(), 0, 1, 2 * features, weights, ARRAY_OFFSET);
    kernels.broadcast(model.biases(), 0, 1, features, biases, ARRAY_OFFSET);
  }

  /** From inputs to errors, losses and the hidden units' errors. */
  public void pass(SampleBlock chunk, float[] importance, int vectors) {
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
        vectors);
  }
}
