package toymodels.backend.cpu.internal.dense;

import java.util.Arrays;
import toymodels.backend.cpu.internal.dense.WeightGradient.Part;
import toymodels.data.Importance;
import toymodels.data.Inputs;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.SummationOrder;
import toymodels.train.TrainingPlan;

/**
 * One step of one model in pieces that several threads may take at the same time. First chunks of
 * samples pass, each into buffers of its own; then, block by block of features, gradients are
 * summed over all chunks in order, and the block's parameters moved.
 */
final class ParallelStep {
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;
  private static final int LANES = Kernels.SAMPLE_LANES;

  private final ModelShape shape;
  private final TrainingPlan plan;
  private final ModelState model;
  private final SampleBlockRows rows;
  private final int groups;
  private final int chunksOfGroup;
  private final int featureLanes;
  private final boolean tied;
  private final ForwardBackward layers;
  private final int[] blocks;
  private final SampleBlockPass[] passes;
  private final WeightGradient[] encoderSums;
  private final WeightGradient[] decoderSums;
  private final LaneAccumulator[] biasSums;
  private final LaneAccumulator lossSums;

  /** (groups, chunks of a group). */
  private final SampleBlock[] chunks;

  private final int[] vectors;
  private boolean serialDraws;
  private float total;

  ParallelStep(
      Kernels kernels, ModelShape shape, TrainingPlan plan, ModelState model, int threads) {
    this.shape = shape;
    this.plan = plan;
    this.model = model;
    rows = SampleBlockRows.of(shape, kernels.lanes());
    groups = LANES / rows.lanes();
    int longest = 0;
    for (int microBatch = 0; microBatch < plan.microBatches(); microBatch++) {
      longest = Math.max(longest, chunksOf(microBatch));
    }
    chunksOfGroup = longest;
    featureLanes = SummationOrder.featureLanes(shape);
    tied = shape.kind().tied();
    layers = new ForwardBackward(kernels, shape, rows);
    blocks = WeightGradient.blocks(kernels, shape, rows);
    passes = new SampleBlockPass[threads];
    Arrays.setAll(passes, i -> new SampleBlockPass(kernels, shape, rows, layers));
    encoderSums = new WeightGradient[threads];
    Arrays.setAll(encoderSums, i -> new WeightGradient(kernels, shape, rows, 1));
    decoderSums = tied ? encoderSums : new WeightGradient[threads];
    if (!tied) {
      Arrays.setAll(decoderSums, i -> new WeightGradient(kernels, shape, rows, 1));
    }
    biasSums = new LaneAccumulator[threads];
    Arrays.setAll(biasSums, i -> new LaneAccumulator(kernels, blocks[1]));
    lossSums = new LaneAccumulator(kernels, featureLanes);
    chunks = new SampleBlock[groups * chunksOfGroup];
    Arrays.setAll(chunks, i -> SampleBlock.of(rows, featureLanes));
    vectors = new int[chunks.length];
  }

  /** Learns this from now on. */
  void use(Inputs inputs, Importance weights) {
    for (SampleBlockPass pass : passes) {
      pass.use(inputs, weights);
    }
    // A generator of a lane draws its samples one after the other, and so does one of a set.
    serialDraws = inputs.features() <= Inputs.MAX_LANE_FEATURES || inputs.sets() > 0;
  }

  int microBatches() {
    return plan.microBatches();
  }

  private int samplesOf(int microBatch) {
    return SummationOrder.microBatchEnd(plan, microBatch)
        - SummationOrder.microBatchStart(plan, microBatch);
  }

  /** Chunks of each group of lanes. */
  private int chunksOf(int microBatch) {
    int all = (samplesOf(microBatch) + LANES - 1) / LANES;
    return (all + rows.vectors() - 1) / rows.vectors();
  }

  /** Takes over the model's parameters. */
  void begin() {
    layers.pack(model.weights());
  }

  int samplePieces(int microBatch) {
    return serialDraws ? groups : groups * chunksOf(microBatch);
  }

  /** Takes a piece of a micro-batch's samples forward and backward. */
  void samples(int thread, int piece, long key, int step, int microBatch) {
    int group = piece % groups;
    passes[thread].begin(key, step, microBatch);
    int first = piece / groups;
    int end = serialDraws ? chunksOf(microBatch) : first + 1;
    for (int c = first; c < end; c++) {
      int at = group * chunksOfGroup + c;
      vectors[at] =
          passes[thread].run(
              group * rows.lanes(), c * rows.vectors(), samplesOf(microBatch), chunks[at]);
    }
  }

  /** Blocks of features, and the loss. */
  int gradientPieces() {
    return blocks.length;
  }

  /** Sums a piece of a micro-batch's gradient; after the last micro-batch, moves its parameters. */
  void gradients(int thread, int piece, int microBatch, Adam.Update update) {
    if (piece == blocks.length - 1) {
      sumLosses(microBatch);
      return;
    }
    int from = blocks[piece];
    int to = Math.min(shape.features(), blocks[piece + 1]);
    sumProducts(thread, piece, microBatch);
    Parameters gradient = model.gradient();
    for (int i = from; i < to; i++) {
      float sum = biasSums[thread].of(i - from);
      gradient.biases()[i] = microBatch == 0 ? sum : gradient.biases()[i] + sum;
    }
    if (microBatch == plan.microBatches() - 1) {
      float scale = (float) (2 / ((double) plan.batch() * shape.features()));
      int m = shape.hidden();
      LaneReduction.finish(gradient.encoder(), from * m, (to - from) * m, scale);
      if (!tied) {
        LaneReduction.finish(gradient.decoder(), from * m, (to - from) * m, scale);
      }
      LaneReduction.finish(gradient.biases(), from, to - from, scale);
      model.move(update, from, to);
    }
  }

  private void sumProducts(int thread, int block, int microBatch) {
    WeightGradient encoder = encoderSums[thread];
    WeightGradient decoder = decoderSums[thread];
    encoder.begin(block, block + 1);
    if (!tied) {
      decoder.begin(block, block + 1);
    }
    biasSums[thread].clear();
    int from = blocks[block];
    int features = Math.min(shape.features(), blocks[block + 1]) - from;
    int at = ARRAY_OFFSET + from * rows.lanes();
    for (int group = 0; group < groups; group++) {
      for (int c = 0; c < chunksOf(microBatch); c++) {
        int i = group * chunksOfGroup + c;
        float[] d = chunks[i].features();
        biasSums[thread].add(group, features, d, at, rows.featureStep(), vectors[i]);
        if (tied) {
          encoder.add(Part.BOTH, d, chunks[i].hidden(), group, vectors[i]);
        } else {
          encoder.add(Part.INPUTS, d, chunks[i].hidden(), group, vectors[i]);
          decoder.add(Part.ERRORS, d, chunks[i].hidden(), group, vectors[i]);
        }
      }
    }
    encoder.end(model.gradient().encoder(), microBatch == 0);
    if (!tied) {
      decoder.end(model.gradient().decoder(), microBatch == 0);
    }
  }

  private void sumLosses(int microBatch) {
    lossSums.clear();
    for (int group = 0; group < groups; group++) {
      for (int c = 0; c < chunksOf(microBatch); c++) {
        int i = group * chunksOfGroup + c;
        int step = featureLanes * rows.lanes();
        lossSums.add(group, featureLanes, chunks[i].loss(), ARRAY_OFFSET, step, vectors[i]);
      }
    }
    total = microBatch == 0 ? lossSums.ofAll() : total + lossSums.ofAll();
  }

  /** The mean loss of the step over batch and features. */
  float loss() {
    return total * (float) (1 / ((double) plan.batch() * shape.features()));
  }
}
