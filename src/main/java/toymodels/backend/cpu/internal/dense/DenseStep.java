package toymodels.backend.cpu.internal.dense;

import toymodels.backend.cpu.internal.dense.WeightGradient.Part;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelShape;
import toymodels.train.SummationOrder;
import toymodels.train.TrainingPlan;

/**
 * The loss and gradient of one model over one batch, docs/arithmetic.md sections 1 to 3, by one
 * thread: for every group of sample lanes chunk by chunk, every sample through forward, error and
 * backward, and its products added to sums that are kept lane by lane until the micro-batch ends.
 */
public final class DenseStep implements LayerStep {
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;

  private final ModelShape shape;
  private final TrainingPlan plan;
  private final SampleBlockRows rows;
  private final int featureLanes;
  private final boolean tied;
  private final ForwardBackward layers;
  private final SampleBlockPass pass;
  private final SampleBlock chunk;
  private final int blocks;
  private final LaneAccumulator lossSums;
  private final LaneAccumulator biasSums;
  private final WeightGradient encoderSums;
  private final WeightGradient decoderSums;

  public DenseStep(Kernels kernels, ModelShape shape, TrainingPlan plan) {
    this.shape = shape;
    this.plan = plan;
    rows = SampleBlockRows.of(shape, kernels.lanes());
    featureLanes = SummationOrder.featureLanes(shape);
    tied = shape.kind().tied();
    layers = new ForwardBackward(kernels, shape, rows);
    pass = new SampleBlockPass(kernels, shape, rows, layers);
    chunk = SampleBlock.of(rows, featureLanes);
    lossSums = new LaneAccumulator(kernels, featureLanes);
    biasSums = new LaneAccumulator(kernels, shape.features());
    blocks = WeightGradient.blocks(kernels, shape, rows).length - 1;
    encoderSums = new WeightGradient(kernels, shape, rows, blocks);
    decoderSums = tied ? encoderSums : new WeightGradient(kernels, shape, rows, blocks);
  }

  @Override
  public void use(Task task) {
    pass.use(new Inputs(task.inputs()), task.importance());
  }

  @Override
  public float gradient(long key, int step, Parameters model, Parameters gradient) {
    layers.pack(model);
    float total = 0;
    for (int microBatch = 0; microBatch < plan.microBatches(); microBatch++) {
      pass.begin(key, step, microBatch);
      beginSums();
      int samples =
          SummationOrder.microBatchEnd(plan, microBatch)
              - SummationOrder.microBatchStart(plan, microBatch);
      for (int lane = 0; lane < Kernels.SAMPLE_LANES; lane += rows.lanes()) {
        group(lane, samples);
      }
      float tileLoss = lossSums.ofAll();
      total = microBatch == 0 ? tileLoss : total + tileLoss;
      encoderSums.end(gradient.encoder(), microBatch == 0);
      if (!tied) {
        decoderSums.end(gradient.decoder(), microBatch == 0);
      }
      float[] biases = gradient.biases();
      for (int i = 0; i < biases.length; i++) {
        biases[i] = microBatch == 0 ? biasSums.of(i) : biases[i] + biasSums.of(i);
      }
    }
    double samples = (double) plan.batch() * shape.features();
    float scale = (float) (2 / samples);
    LaneReduction.finish(gradient.encoder(), 0, gradient.encoder().length, scale);
    if (!tied) {
      LaneReduction.finish(gradient.decoder(), 0, gradient.decoder().length, scale);
    }
    LaneReduction.finish(gradient.biases(), 0, gradient.biases().length, scale);
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

  /** The samples of V lanes of a micro-batch. */
  private void group(int lane, int samples) {
    int group = lane / rows.lanes();
    int all = (samples + Kernels.SAMPLE_LANES - 1) / Kernels.SAMPLE_LANES;
    for (int first = 0; first < all; first += rows.vectors()) {
      int vectors = pass.run(lane, first, samples, chunk);
      int lossStep = featureLanes * rows.lanes();
      lossSums.add(group, featureLanes, chunk.loss(), ARRAY_OFFSET, lossStep, vectors);
      biasSums.add(
          group, shape.features(), chunk.features(), ARRAY_OFFSET, rows.featureStep(), vectors);
      if (tied) {
        encoderSums.add(Part.BOTH, chunk.features(), chunk.hidden(), group, vectors);
      } else {
        encoderSums.add(Part.INPUTS, chunk.features(), chunk.hidden(), group, vectors);
        decoderSums.add(Part.ERRORS, chunk.features(), chunk.hidden(), group, vectors);
      }
    }
  }
}
