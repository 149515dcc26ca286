package toymodels.backend.cpu;

import java.util.Arrays;
import toymodels.data.Importance;
import toymodels.data.Inputs;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Lanes;
import toymodels.train.TrainingPlan;

/**
 * The loss and gradient of one model over one batch, docs/arithmetic.md sections 1 to 3, by one
 * thread: for every group of sample lanes chunk by chunk, every sample through forward, error and
 * backward, and its products added to sums that are kept lane by lane until the tile ends.
 */
final class DenseStep {
  private static final int LANES = Kernels.SAMPLE_LANES;
  private static final int START = Kernels.START;

  private final Kernels kernels;
  private final ModelShape shape;
  private final TrainingPlan plan;
  private final ChunkRows rows;
  private final int featureLanes;
  private final Draws draws;
  private final Kernels.Output output;
  private final Correlations correlations;

  /** (rounds, 2, features, V): d and x. */
  private final float[] features;

  /** (rounds, 2, hidden, V): g and dh. */
  private final float[] hidden;

  /** W as it turns features into hidden units; D back, and as errors go through it. */
  private final WeightedSums encode;

  private final NarrowSums decode;
  private final WeightedSums decodeErrors;

  /** I, (features, V). */
  private final float[] importance;

  /** (rounds, feature lanes, V). */
  private final float[] loss;

  private final float[] lossSums;
  private final float[] encoderSums;
  private final float[] decoderSums;
  private final float[] biasSums;

  DenseStep(Kernels kernels, ModelShape shape, TrainingPlan plan) {
    this.kernels = kernels;
    this.shape = shape;
    this.plan = plan;
    rows = ChunkRows.of(shape, kernels.lanes());
    featureLanes = Lanes.featureLanes(shape);
    draws = new Draws(kernels, rows, featureLanes);
    ModelKind kind = shape.kind();
    output = new Kernels.Output(!kind.reluOutput(), kind.targetsAbsoluteValue());
    features = new float[START + rows.rounds() * rows.featureStep()];
    hidden = new float[START + rows.rounds() * rows.hiddenStep()];
    correlations = new Correlations(kernels, shape, rows);
    encode = WeightedSums.intoHidden(kernels, shape, featureLanes);
    decode = WeightedSums.intoFeatures(kernels, shape);
    decodeErrors = kind.tied() ? encode : WeightedSums.intoHidden(kernels, shape, featureLanes);
    importance = new float[START + rows.featureHalf()];
    loss = new float[START + rows.rounds() * featureLanes * rows.lanes()];
    lossSums = new float[START + featureLanes * LANES];
    int weights = rows.features() * rows.hidden();
    encoderSums = new float[START + weights * LANES];
    decoderSums = kind.tied() ? encoderSums : new float[START + weights * LANES];
    biasSums = new float[START + shape.features() * LANES];
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
    boolean tied = shape.kind().tied();
    encode.pack(model.encoder());
    decode.pack(model.decoder());
    decode.startFrom(model.biases());
    if (!tied) {
      decodeErrors.pack(model.decoder());
    }
    float total = 0;
    for (int tile = 0; tile < plan.tiles(); tile++) {
      draws.begin(key, step, tile);
      clearSums();
      int samples = Lanes.tileEnd(plan, tile) - Lanes.tileStart(plan, tile);
      for (int lane = 0; lane < LANES; lane += rows.lanes()) {
        group(lane, samples);
      }
      float tileLoss = LaneSums.loss(lossSums, featureLanes);
      total = tile == 0 ? tileLoss : total + tileLoss;
      LaneSums.addTile(encoderSums, m, rows.hidden(), gradient.encoder(), tile == 0);
      if (!tied) {
        LaneSums.addTile(decoderSums, m, rows.hidden(), gradient.decoder(), tile == 0);
      }
      LaneSums.addTile(biasSums, 1, 1, gradient.biases(), tile == 0);
    }
    double samples = (double) plan.batch() * shape.features();
    float scale = (float) (2 / samples);
    LaneSums.finish(gradient.encoder(), scale);
    if (!tied) {
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

  /** The samples of V lanes of a tile; in the last round some lanes may have none. */
  private void group(int lane, int samples) {
    int rounds = (samples + LANES - 1) / LANES;
    int last = Math.max(0, Math.min(rows.lanes(), samples - (rounds - 1) * LANES - lane));
    for (int first = 0; first < rounds; first += rows.rounds()) {
      int count = Math.min(rows.rounds(), rounds - first);
      boolean missing = last < rows.lanes() && first + count == rounds;
      chunk(lane, first, count, missing ? last : rows.lanes());
    }
  }

  /**
   * Some rounds of a group.
   *
   * @param present lanes that have a sample in the last round
   */
  private void chunk(int lane, int first, int rounds, int present) {
    draws.next(lane, first, rounds, features);
    int last = START + (rounds - 1) * rows.featureStep();
    clearMissing(features, last + rows.featureHalf(), shape.features(), present);
    forward(rounds);
    kernels.errors(
        output,
        featureLanes,
        featureLanes == 1 ? shape.features() : rows.features(),
        importance,
        features,
        START,
        START + rows.featureHalf(),
        rows.featureStep(),
        loss,
        rounds);
    clearMissing(features, last, shape.features(), present);
    clearMissing(loss, START + (rounds - 1) * featureLanes * rows.lanes(), featureLanes, present);
    kernels.addRows(
        featureLanes,
        loss,
        START,
        featureLanes * rows.lanes(),
        lossSums,
        START + lane,
        LANES,
        rounds);
    kernels.addRows(
        shape.features(),
        features,
        START,
        rows.featureStep(),
        biasSums,
        START + lane,
        LANES,
        rounds);
    backward(rounds);
    if (shape.kind().tied()) {
      correlations.addBoth(features, hidden, encoderSums, lane, rounds);
    } else {
      correlations.addInputs(features, hidden, encoderSums, lane, rounds);
      correlations.addErrors(features, hidden, decoderSums, lane, rounds);
    }
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

  private void forward(int rounds) {
    encode.multiply(
        features,
        START + rows.featureHalf(),
        rows.featureStep(),
        hidden,
        START,
        rows.hiddenStep(),
        rounds);
    if (shape.kind().reluHidden()) {
      for (int t = 0; t < rounds; t++) {
        kernels.rectify(hidden, START + t * rows.hiddenStep(), shape.hidden());
      }
    }
    decode.multiply(hidden, START, rows.hiddenStep(), features, START, rows.featureStep(), rounds);
  }

  private void backward(int rounds) {
    decodeErrors.multiply(
        features,
        START,
        rows.featureStep(),
        hidden,
        START + rows.hiddenHalf(),
        rows.hiddenStep(),
        rounds);
    if (shape.kind().reluHidden()) {
      for (int t = 0; t < rounds; t++) {
        int at = START + t * rows.hiddenStep();
        kernels.gate(hidden, at, at + rows.hiddenHalf(), shape.hidden());
      }
    }
  }
}
