package toymodels.backend.cpu.internal.dense;

import java.util.Arrays;
import toymodels.data.Importance;
import toymodels.data.Inputs;
import toymodels.model.ModelShape;
import toymodels.train.SummationOrder;

/**
 * Takes chunks of samples through inputs, forward pass, errors and backward pass,
 * docs/arithmetic.md sections 1 to 3, by one thread.
 */
final class SampleBlockPass {
  private static final int LANES = Kernels.SAMPLE_LANES;
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;

  private final Kernels kernels;
  private final int features;
  private final SampleBlockRows rows;
  private final int featureLanes;
  private final ForwardBackward layers;
  private final InputSampler draws;

  /** I, (features, V). */
  private final float[] importance;

  SampleBlockPass(Kernels kernels, ModelShape shape, SampleBlockRows rows, ForwardBackward layers) {
    this.kernels = kernels;
    this.rows = rows;
    this.layers = layers;
    features = shape.features();
    featureLanes = SummationOrder.featureLanes(shape);
    draws = new InputSampler(kernels, rows, featureLanes);
    importance = new float[ARRAY_OFFSET + rows.featureHalf()];
  }

  /** Learns this from now on. */
  void use(Inputs inputs, Importance weights) {
    draws.use(inputs);
    float[] each = new float[weights.features()];
    for (int i = 0; i < each.length; i++) {
      each[i] = (float) weights.of(i);
    }
    kernels.broadcast(each, 0, 1, each.length, importance, ARRAY_OFFSET);
  }

  /** Goes to the first sample of a micro-batch. */
  void begin(long key, int step, int microBatch) {
    draws.begin(key, step, microBatch);
  }

  /**
   * Takes vectors of a group of lanes, as many as fit; in a micro-batch's last vector some lanes
   * may have no sample.
   *
   * @param lane the group's first lane
   * @param first the first round
   * @param samples of the micro-batch
   * @param chunk receives what the samples' products are taken of
   * @return the number of vectors
   */
  int run(int lane, int first, int samples, SampleBlock chunk) {
    int all = (samples + LANES - 1) / LANES;
    int rounds = Math.min(rows.vectors(), all - first);
    int left = Math.max(0, Math.min(rows.lanes(), samples - (all - 1) * LANES - lane));
    int present = first + rounds == all ? left : rows.lanes();
    int last = ARRAY_OFFSET + (rounds - 1) * rows.featureStep();
    draws.next(lane, first, rounds, chunk.features());
    clearMissing(chunk.features(), last + rows.featureHalf(), features, present);
    if (layers.twoHidden().isPresent()) {
      layers.twoHidden().get().pass(chunk, importance, rounds);
      clearMissing(chunk.features(), last, features, present);
      int lastErrors = ARRAY_OFFSET + (rounds - 1) * rows.hiddenStep() + rows.hiddenHalf();
      clearMissing(chunk.hidden(), lastErrors, 2, present);
    } else {
      layers.forward(chunk, importance, rounds);
      clearMissing(chunk.features(), last, features, present);
      layers.backward(chunk, rounds);
    }
    int lastLoss = ARRAY_OFFSET + (rounds - 1) * featureLanes * rows.lanes();
    clearMissing(chunk.loss(), lastLoss, featureLanes, present);
    return rounds;
  }

  /** Zeroes lanes without a sample, so that they add nothing. */
  private void clearMissing(float[] vectors, int at, int count, int present) {
    int v = rows.lanes();
    if (present < v) {
      for (int i = 0; i < count; i++) {
        Arrays.fill(vectors, at + i * v + present, at + (i + 1) * v, 0);
      }
    }
  }
}
