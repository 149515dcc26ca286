package toymodels.backend.cpu;

import java.util.Arrays;
import toymodels.data.Importance;
import toymodels.data.Inputs;
import toymodels.model.ModelShape;
import toymodels.train.Lanes;

/**
 * Takes chunks of samples through inputs, forward pass, errors and backward pass,
 * docs/arithmetic.md sections 1 to 3, by one thread.
 */
final class ChunkPass {
  private static final int LANES = Kernels.SAMPLE_LANES;
  private static final int START = Kernels.START;

  private final Kernels kernels;
  private final int features;
  private final ChunkRows rows;
  private final int featureLanes;
  private final Layers layers;
  private final Draws draws;

  /** I, (features, V). */
  private final float[] importance;

  ChunkPass(Kernels kernels, ModelShape shape, ChunkRows rows, Layers layers) {
    this.kernels = kernels;
    this.rows = rows;
    this.layers = layers;
    features = shape.features();
    featureLanes = Lanes.featureLanes(shape);
    draws = new Draws(kernels, rows, featureLanes);
    importance = new float[START + rows.featureHalf()];
  }

  /** Learns this from now on. */
  void use(Inputs inputs, Importance weights) {
    draws.use(inputs);
    float[] each = new float[weights.features()];
    for (int i = 0; i < each.length; i++) {
      each[i] = (float) weights.of(i);
    }
    kernels.spread(each, 0, 1, each.length, importance, START);
  }

  /** Stands at the first sample of a tile. */
  void begin(long key, int step, int tile) {
    draws.begin(key, step, tile);
  }

  /**
   * Takes rounds of a group of lanes, as many as fit; in a tile's last round some lanes may have no
   * sample.
   *
   * @param lane the group's first lane
   * @param first the first round
   * @param samples of the tile
   * @param chunk receives what the samples' products are taken of
   * @return the number of rounds
   */
  int run(int lane, int first, int samples, Chunk chunk) {
    int all = (samples + LANES - 1) / LANES;
    int rounds = Math.min(rows.rounds(), all - first);
    int left = Math.max(0, Math.min(rows.lanes(), samples - (all - 1) * LANES - lane));
    int present = first + rounds == all ? left : rows.lanes();
    int last = START + (rounds - 1) * rows.featureStep();
    draws.next(lane, first, rounds, chunk.features());
    clearMissing(chunk.features(), last + rows.featureHalf(), features, present);
    if (layers.twoHidden().isPresent()) {
      layers.twoHidden().get().pass(chunk, importance, rounds);
      clearMissing(chunk.features(), last, features, present);
      int lastErrors = START + (rounds - 1) * rows.hiddenStep() + rows.hiddenHalf();
      clearMissing(chunk.hidden(), lastErrors, 2, present);
    } else {
      layers.forward(chunk, importance, rounds);
      clearMissing(chunk.features(), last, features, present);
      layers.backward(chunk, rounds);
    }
    int lastLoss = START + (rounds - 1) * featureLanes * rows.lanes();
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
