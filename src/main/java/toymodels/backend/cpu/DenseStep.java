package toymodels.backend.cpu;

import java.util.Arrays;
import toymodels.data.Importance;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Lanes;
import toymodels.train.TrainingPlan;

/**
 * The loss and gradient of one model over one batch, docs/arithmetic.md sections 1 to 3, by one
 * thread: chunk by chunk, every sample through forward, error and backward, and its products added
 * to sums that are kept lane by lane until the tile ends.
 */
final class DenseStep {
  private static final int LANES = Kernels.SAMPLE_LANES;

  private final Kernels kernels;
  private final ModelShape shape;
  private final TrainingPlan plan;
  private final ChunkRows rows;
  private final int featureLanes;
  private final Draws draws;
  private final Kernels.Output output;
  private final Correlations correlations;

  /** d and x of the features, g and dh of the hidden units: rows of pairs. */
  private final float[] features;

  private final float[] hidden;

  /** W as it turns features into hidden units; D back, and as errors go through it. */
  private final PackedWeights encode;

  private final PackedWeights decode;
  private final PackedWeights decodeErrors;

  /** What sums over hidden units and over features start from, V times each. */
  private final float[] biases;

  private final float[] zeros;

  private final float[] loss;
  private final float[] lossSums;
  private final float[] encoderSums;
  private final float[] decoderSums;
  private final float[] biasSums;
  private float[] importance;

  DenseStep(Kernels kernels, ModelShape shape, TrainingPlan plan) {
    this.kernels = kernels;
    this.shape = shape;
    this.plan = plan;
    rows = ChunkRows.of(shape);
    featureLanes = Lanes.featureLanes(shape);
    draws = new Draws(kernels, rows, shape.features(), featureLanes);
    ModelKind kind = shape.kind();
    output = new Kernels.Output(!kind.reluOutput(), kind.targetsAbsoluteValue());
    features = new float[2 * rows.features() * rows.samples()];
    hidden = new float[2 * rows.hidden() * rows.samples()];
    correlations = new Correlations(kernels, shape, rows, hidden, features);
    int weights = rows.features() * rows.hidden();
    encode = PackedWeights.intoHidden(shape, featureLanes);
    decode = PackedWeights.intoFeatures(shape);
    decodeErrors = kind.tied() ? encode : PackedWeights.intoHidden(shape, featureLanes);
    biases = new float[rows.features() * kernels.lanes()];
    zeros = new float[rows.hidden() * kernels.lanes()];
    loss = new float[featureLanes * rows.samples()];
    lossSums = new float[featureLanes * LANES];
    encoderSums = new float[weights * LANES];
    decoderSums = kind.tied() ? encoderSums : new float[weights * LANES];
    biasSums = new float[shape.features() * LANES];
  }

  /** Learns this from now on. */
  void use(toymodels.data.Inputs inputs, Importance weights) {
    draws.use(inputs);
    importance = new float[weights.features()];
    for (int i = 0; i < importance.length; i++) {
      importance[i] = (float) weights.of(i);
    }
  }

  /**
   * Takes one gradient.
   *
   * @param key the model's key
   * @param step the step, from 0
   * @param model its parameters
   * @param gradient receives the gradient
   * @return the mean loss over batch and features
   */
  float gradient(long key, int step, Parameters model, Parameters gradient) {
    int m = shape.hidden();
    encode.pack(model.encoder());
    decode.pack(model.decoder());
    if (!shape.kind().tied()) {
      decodeErrors.pack(model.decoder());
    }
    int v = kernels.lanes();
    for (int i = 0; i < shape.features(); i++) {
      Arrays.fill(biases, i * v, (i + 1) * v, model.biases()[i]);
    }
    float total = 0;
    for (int tile = 0; tile < plan.tiles(); tile++) {
      draws.begin(key, step, tile);
      clearSums();
      int samples = Lanes.tileEnd(plan, tile) - Lanes.tileStart(plan, tile);
      for (int first = 0; first < samples; first += rows.samples()) {
        chunk(first, Math.min(rows.samples(), samples - first));
      }
      float tileLoss = LaneSums.loss(lossSums, featureLanes);
      total = tile == 0 ? tileLoss : total + tileLoss;
      LaneSums.addTile(encoderSums, m, rows.hidden(), gradient.encoder(), tile == 0);
      if (!shape.kind().tied()) {
        LaneSums.addTile(decoderSums, m, rows.hidden(), gradient.decoder(), tile == 0);
      }
      LaneSums.addTile(biasSums, 1, 1, gradient.biases(), tile == 0);
    }
    double samples = (double) plan.batch() * shape.features();
    float scale = (float) (2 / samples);
    LaneSums.finish(gradient.encoder(), scale);
    if (!shape.kind().tied()) {
      LaneSums.finish(gradient.decoder(), scale);
    }
    LaneSums.finish(gradient.biases(), scale);
    return total * (float) (1 / samples);
  }

  private void clearSums() {
    Arrays.fill(lossSums, 0);
    Arrays.fill(encoderSums, 0);
    Arrays.fill(decoderSums, 0);
    Arrays.fill(biasSums, 0);
  }

  private void chunk(int first, int samples) {
    int blocks = (samples + 2 * LANES - 1) / (2 * LANES) * 2;
    draws.next(first, blocks, features);
    if (samples < blocks * LANES) {
      clearMissing(samples, blocks, kernels.lanes());
    }
    forward(blocks);
    errors(samples, blocks);
    backward(blocks);
    correlate(blocks);
  }

  private void forward(int blocks) {
    int vectors = blocks * LANES / kernels.lanes();
    hiddenFromFeatures(encode, kernels.lanes(), 0, vectors);
    if (shape.kind().reluHidden()) {
      for (int j = 0; j < shape.hidden(); j++) {
        kernels.rectify(hidden, 2 * j * rows.samples(), vectors);
      }
    }
    int row = 2 * rows.samples();
    decode.multiply(kernels, 0, biases, hidden, 0, row, features, 0, row, vectors);
  }

  /** Σ over features, lane by lane of the features, of one half of the pairs into another. */
  private void hiddenFromFeatures(PackedWeights weights, int inHalf, int outHalf, int vectors) {
    int row = 2 * rows.samples();
    for (int q = 0; q < featureLanes; q++) {
      weights.multiply(
          kernels,
          q,
          zeros,
          features,
          q * row + inHalf,
          featureLanes * row,
          hidden,
          outHalf,
          row,
          vectors);
    }
  }

  private void errors(int samples, int blocks) {
    int whole = samples / LANES;
    int rest = samples - whole * LANES;
    int v = kernels.lanes();
    Arrays.fill(loss, 0);
    for (int i = 0; i < shape.features(); i++) {
      int at = 2 * i * rows.samples();
      int lossAt = i % featureLanes * rows.samples();
      kernels.errors(
          output, importance[i], features, at, loss, lossAt, biasSums, i * LANES, whole, blocks);
      for (int lane = 0; lane < rest; lane++) {
        int vector = lane / v * blocks + whole;
        ScalarKernels.errorOf(
            output,
            importance[i],
            features,
            at + 2 * vector * v + lane % v,
            v,
            loss,
            lossAt + vector * v + lane % v,
            biasSums,
            i * LANES + lane);
      }
    }
    if (samples < blocks * LANES) {
      clearMissing(samples, blocks, 0);
    }
    for (int q = 0; q < featureLanes; q++) {
      kernels.addLosses(loss, q * rows.samples(), lossSums, q * LANES, blocks);
    }
  }

  /** Zero x or d where there is no sample, so that it adds nothing. */
  private void clearMissing(int samples, int blocks, int half) {
    int v = kernels.lanes();
    for (int s = samples; s < blocks * LANES; s++) {
      int lane = s % LANES;
      int at = 2 * (lane / v * blocks + s / LANES) * v + lane % v + half;
      for (int i = 0; i < shape.features(); i++) {
        features[2 * i * rows.samples() + at] = 0;
      }
    }
  }

  private void backward(int blocks) {
    int vectors = blocks * LANES / kernels.lanes();
    hiddenFromFeatures(decodeErrors, 0, kernels.lanes(), vectors);
    if (shape.kind().reluHidden()) {
      for (int j = 0; j < shape.hidden(); j++) {
        kernels.gate(hidden, 2 * j * rows.samples(), vectors);
      }
    }
  }

  private void correlate(int blocks) {
    if (shape.kind().tied()) {
      correlations.add(encoderSums, true, 0, blocks);
    } else {
      correlations.add(encoderSums, false, kernels.lanes(), blocks);
      correlations.add(decoderSums, false, 0, blocks);
    }
  }
}
