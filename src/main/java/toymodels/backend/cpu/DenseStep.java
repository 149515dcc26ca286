package toymodels.backend.cpu;

import toymodels.backend.cpu.Correlations.Part;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelShape;
import toymodels.train.Lanes;
import toymodels.train.TrainingPlan;

/**
 * The loss and gradient of one model over one batch, docs/arithmetic.md sections 1 to 3, by one
 * thread: for every group of sample lanes chunk by chunk, every sample through forward, error and
 * backward, and its products added to sums that are kept lane by lane until the tile ends.
 */
final class DenseStep implements LayerStep {
  private static final int START = Kernels.START;

  private final ModelShape shape;
  private final TrainingPlan plan;
  private final ChunkRows rows;
  private final int featureLanes;
  private final boolean tied;
  private final Layers layers;
  private final ChunkPass pass;
  private final Chunk chunk;
  private final int blocks;
  private final RowSums lossSums;
  private final RowSums biasSums;
  private final Correlations encoderSums;
  private final Correlations decoderSums;

  DenseStep(Kernels kernels, ModelShape shape, TrainingPlan plan) {
    this.shape = shape;
    this.plan = plan;
    rows = ChunkRows.of(shape, kernels.lanes());
    featureLanes = Lanes.featureLanes(shape);
    tied = shape.kind().tied();
    layers = new Layers(kernels, shape, rows);
    pass = new ChunkPass(kernels, shape, rows, layers);
    chunk = Chunk.of(rows, featureLanes);
    lossSums = new RowSums(kernels, featureLanes);
    biasSums = new RowSums(kernels, shape.features());
    blocks = Correlations.blocks(kernels, shape, rows).length - 1;
    encoderSums = new Correlations(kernels, shape, rows, blocks);
    decoderSums = tied ? encoderSums : new Correlations(kernels, shape, rows, blocks);
  }

  @Override
  public void use(Task task) {
    pass.use(new Inputs(task.inputs()), task.importance());
  }

  @Override
  public float gradient(long key, int step, Parameters model, Parameters gradient) {
    layers.pack(model);
    float total = 0;
    for (int tile = 0; tile < plan.tiles(); tile++) {
      pass.begin(key, step, tile);
      beginSums();
      int samples = Lanes.tileEnd(plan, tile) - Lanes.tileStart(plan, tile);
      for (int lane = 0; lane < Kernels.SAMPLE_LANES; lane += rows.lanes()) {
        group(lane, samples);
      }
      float tileLoss = lossSums.ofAll();
      total = tile == 0 ? tileLoss : total + tileLoss;
      encoderSums.end(gradient.encoder(), tile == 0);
      if (!tied) {
        decoderSums.end(gradient.decoder(), tile == 0);
      }
      float[] biases = gradient.biases();
      for (int i = 0; i < biases.length; i++) {
        biases[i] = tile == 0 ? biasSums.of(i) : biases[i] + biasSums.of(i);
      }
    }
    double samples = (double) plan.batch() * shape.features();
    float scale = (float) (2 / samples);
    LaneSums.finish(gradient.encoder(), 0, gradient.encoder().length, scale);
    if (!tied) {
      LaneSums.finish(gradient.decoder(), 0, gradient.decoder().length, scale);
    }
    LaneSums.finish(gradient.biases(), 0, gradient.biases().length, scale);
    return total * (float) (1 / samples);
  }

  private void beginSums() {
    lossSums.clear();
    biasSums.clear();
    encoderSums.begin(0, blocks);
    if (!tied) {
      decoderSums.begin(0, blocks);
    }
  }

  /** The samples of V lanes of a tile. */
  private void group(int lane, int samples) {
    int group = lane / rows.lanes();
    int all = (samples + Kernels.SAMPLE_LANES - 1) / Kernels.SAMPLE_LANES;
    for (int first = 0; first < all; first += rows.rounds()) {
      int rounds = pass.run(lane, first, samples, chunk);
      int lossStep = featureLanes * rows.lanes();
      lossSums.add(group, featureLanes, chunk.loss(), START, lossStep, rounds);
      biasSums.add(group, shape.features(), chunk.features(), START, rows.featureStep(), rounds);
      if (tied) {
        encoderSums.add(Part.BOTH, chunk.features(), chunk.hidden(), group, rounds);
      } else {
        encoderSums.add(Part.INPUTS, chunk.features(), chunk.hidden(), group, rounds);
        decoderSums.add(Part.ERRORS, chunk.features(), chunk.hidden(), group, rounds);
      }
    }
  }
}
