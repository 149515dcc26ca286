package toymodels.backend.cpu;

import java.util.Optional;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Lanes;

/**
 * The weights of a model, packed as the kernels read them once a step, and samples' way through
 * them: any number of threads may take chunks through at the same time.
 */
final class Layers {
  private static final int START = Kernels.START;

  private final Kernels kernels;
  private final ModelKind kind;
  private final int features;
  private final int hidden;
  private final int featureLanes;
  private final ChunkRows rows;
  private final Kernels.Output output;

  /** W as it turns features into hidden units; D back, and as errors go through it. */
  private final WeightedSums encode;

  private final WeightedSums.Started decode;
  private final WeightedSums decodeErrors;

  /** Instead of all these, where it serves. */
  private final Optional<TwoHidden> twoHidden;

  Layers(Kernels kernels, ModelShape shape, ChunkRows rows) {
    this.kernels = kernels;
    this.rows = rows;
    kind = shape.kind();
    features = shape.features();
    hidden = shape.hidden();
    featureLanes = Lanes.featureLanes(shape);
    output = new Kernels.Output(!kind.reluOutput(), kind.targetsAbsoluteValue());
    encode = WeightedSums.intoHidden(kernels, shape, featureLanes);
    decode = WeightedSums.intoFeatures(kernels, shape);
    twoHidden =
        TwoHidden.serves(shape)
            ? Optional.of(new TwoHidden(kernels, shape, rows))
            : Optional.empty();
    decodeErrors = kind.tied() ? encode : WeightedSums.intoHidden(kernels, shape, featureLanes);
  }

  void pack(Parameters model) {
    if (twoHidden.isPresent()) {
      twoHidden.get().pack(model);
      return;
    }
    encode.pack(model.encoder());
    decode.pack(model.decoder());
    decode.startFrom(model.biases());
    if (!kind.tied()) {
      decodeErrors.pack(model.decoder());
    }
  }

  /** The way there and back at once, for shapes that have one. */
  Optional<TwoHidden> twoHidden() {
    return twoHidden;
  }

  /** From inputs to errors and losses. */
  void forward(Chunk chunk, float[] importance, int rounds) {
    float[] d = chunk.features();
    float[] g = chunk.hidden();
    int x = START + rows.featureHalf();
    encode.multiply(d, x, rows.featureStep(), g, START, rows.hiddenStep(), rounds);
    if (kind.reluHidden()) {
      for (int t = 0; t < rounds; t++) {
        kernels.rectify(g, START + t * rows.hiddenStep(), hidden);
      }
    }
    decode.multiply(g, START, rows.hiddenStep(), d, START, rows.featureStep(), rounds);
    int taken = featureLanes == 1 ? features : rows.features();
    int step = rows.featureStep();
    kernels.errors(
        output, featureLanes, taken, importance, d, START, x, step, chunk.loss(), rounds);
  }

  /** From errors to the hidden units' errors. */
  void backward(Chunk chunk, int rounds) {
    float[] g = chunk.hidden();
    int dh = START + rows.hiddenHalf();
    decodeErrors.multiply(
        chunk.features(), START, rows.featureStep(), g, dh, rows.hiddenStep(), rounds);
    if (kind.reluHidden()) {
      for (int t = 0; t < rounds; t++) {
        int at = START + t * rows.hiddenStep();
        kernels.gate(g, at, at + rows.hiddenHalf(), hidden);
      }
    }
  }
}
