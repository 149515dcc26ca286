package toymodels.backend.cpu;

import java.util.Arrays;
import toymodels.backend.cpu.Correlations.Part;
import toymodels.data.Importance;
import toymodels.data.Inputs;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Lanes;
import toymodels.train.TrainingPlan;

/**
 * One step of one model in pieces that several threads may take at the same time. First chunks of
 * samples pass, each into buffers of its own; then, block by block of features, gradients are
 * summed over all chunks in order, and the block's parameters moved.
 */
final class SharedStep {
  private static final int START = Kernels.START;
  private static final int LANES = Kernels.SAMPLE_LANES;

  private final ModelShape shape;
  private final TrainingPlan plan;
  private final TrainedModel model;
  private final ChunkRows rows;
  private final int groups;
  private final int chunksOfGroup;
  private final int featureLanes;
  private final boolean tied;
  private final Layers layers;
  private final int[] blocks;
  private final ChunkPass[] passes;
  private final Correlations[] encoderSums;
  private final Correlations[] decoderSums;
  private final RowSums[] biasSums;
  private final RowSums lossSums;

  /** (groups, chunks of a group). */
  private final Chunk[] chunks;

  private final int[] rounds;
  private boolean serialDraws;
  private float total;

  SharedStep(
      Kernels kernels, ModelShape shape, TrainingPlan plan, TrainedModel model, int threads) {
    this.shape = shape;
    this.plan = plan;
    this.model = model;
    rows = ChunkRows.of(shape, kernels.lanes());
    groups = LANES / rows.lanes();
    int longest = 0;
    for (int tile = 0; tile < plan.tiles(); tile++) {
      longest = Math.max(longest, chunksOf(tile));
    }
    chunksOfGroup = longest;
    featureLanes = Lanes.featureLanes(shape);
    tied = shape.kind().tied();
    layers = new Layers(kernels, shape, rows);
    blocks = Correlations.blocks(kernels, shape, rows);
    passes = new ChunkPass[threads];
    Arrays.setAll(passes, i -> new ChunkPass(kernels, shape, rows, layers));
    encoderSums = new Correlations[threads];
    Arrays.setAll(encoderSums, i -> new Correlations(kernels, shape, rows, 1));
    decoderSums = tied ? encoderSums : new Correlations[threads];
    if (!tied) {
      Arrays.setAll(decoderSums, i -> new Correlations(kernels, shape, rows, 1));
    }
    biasSums = new RowSums[threads];
    Arrays.setAll(biasSums, i -> new RowSums(kernels, blocks[1]));
    lossSums = new RowSums(kernels, featureLanes);
    chunks = new Chunk[groups * chunksOfGroup];
    Arrays.setAll(chunks, i -> Chunk.of(rows, featureLanes));
    rounds = new int[chunks.length];
  }

  /** Learns this from now on. */
  void use(Inputs inputs, Importance weights) {
    for (ChunkPass pass : passes) {
      pass.use(inputs, weights);
    }
    // A generator of a lane draws its samples one after the other, and so does one of a set.
    serialDraws = inputs.features() <= Inputs.MAX_LANE_FEATURES || inputs.sets() > 0;
  }

  int tiles() {
    return plan.tiles();
  }

  private int samplesOf(int tile) {
    return Lanes.tileEnd(plan, tile) - Lanes.tileStart(plan, tile);
  }

  /** Chunks of each group of lanes. */
  private int chunksOf(int tile) {
    int all = (samplesOf(tile) + LANES - 1) / LANES;
    return (all + rows.rounds() - 1) / rows.rounds();
  }

  /** Takes over the model's parameters. */
  void begin() {
    layers.pack(model.weights());
  }

  int samplePieces(int tile) {
    return serialDraws ? groups : groups * chunksOf(tile);
  }

  /** Takes a piece of a tile's samples forward and backward. */
  void samples(int thread, int piece, long key, int step, int tile) {
    int group = piece % groups;
    passes[thread].begin(key, step, tile);
    int first = piece / groups;
    int end = serialDraws ? chunksOf(tile) : first + 1;
    for (int c = first; c < end; c++) {
      int at = group * chunksOfGroup + c;
      rounds[at] =
          passes[thread].run(group * rows.lanes(), c * rows.rounds(), samplesOf(tile), chunks[at]);
    }
  }

  /** Blocks of features, and the loss. */
  int gradientPieces() {
    return blocks.length;
  }

  /** Sums a piece of a tile's gradient; after the last tile, moves its parameters. */
  void gradients(int thread, int piece, int tile, Adam.Update update) {
    if (piece == blocks.length - 1) {
      sumLosses(tile);
      return;
    }
    int from = blocks[piece];
    int to = Math.min(shape.features(), blocks[piece + 1]);
    sumProducts(thread, piece, tile);
    Parameters gradient = model.gradient();
    for (int i = from; i < to; i++) {
      float sum = biasSums[thread].of(i - from);
      gradient.biases()[i] = tile == 0 ? sum : gradient.biases()[i] + sum;
    }
    if (tile == plan.tiles() - 1) {
      float scale = (float) (2 / ((double) plan.batch() * shape.features()));
      int m = shape.hidden();
      LaneSums.finish(gradient.encoder(), from * m, (to - from) * m, scale);
      if (!tied) {
        LaneSums.finish(gradient.decoder(), from * m, (to - from) * m, scale);
      }
      LaneSums.finish(gradient.biases(), from, to - from, scale);
      model.move(update, from, to);
    }
  }

  private void sumProducts(int thread, int block, int tile) {
    Correlations encoder = encoderSums[thread];
    Correlations decoder = decoderSums[thread];
    encoder.begin(block, block + 1);
    if (!tied) {
      decoder.begin(block, block + 1);
    }
    biasSums[thread].clear();
    int from = blocks[block];
    int features = Math.min(shape.features(), blocks[block + 1]) - from;
    int at = START + from * rows.lanes();
    for (int group = 0; group < groups; group++) {
      for (int c = 0; c < chunksOf(tile); c++) {
        int i = group * chunksOfGroup + c;
        float[] d = chunks[i].features();
        biasSums[thread].add(group, features, d, at, rows.featureStep(), rounds[i]);
        if (tied) {
          encoder.add(Part.BOTH, d, chunks[i].hidden(), group, rounds[i]);
        } else {
          encoder.add(Part.INPUTS, d, chunks[i].hidden(), group, rounds[i]);
          decoder.add(Part.ERRORS, d, chunks[i].hidden(), group, rounds[i]);
        }
      }
    }
    encoder.end(model.gradient().encoder(), tile == 0);
    if (!tied) {
      decoder.end(model.gradient().decoder(), tile == 0);
    }
  }

  private void sumLosses(int tile) {
    lossSums.clear();
    for (int group = 0; group < groups; group++) {
      for (int c = 0; c < chunksOf(tile); c++) {
        int i = group * chunksOfGroup + c;
        int step = featureLanes * rows.lanes();
        lossSums.add(group, featureLanes, chunks[i].loss(), START, step, rounds[i]);
      }
    }
    total = tile == 0 ? lossSums.ofAll() : total + lossSums.ofAll();
  }

  /** The mean loss of the step over batch and features. */
  float loss() {
    return total * (float) (1 / ((double) plan.batch() * shape.features()));
  }
}
