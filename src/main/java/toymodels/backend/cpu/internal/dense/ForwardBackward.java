package toymodels.backend.cpu.internal.dense;

import java.util.Optional;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.SummationOrder;

/**
 * The weights of a model, packed as the kernels read them once a step, and samples' way through
 * them: any number of threads may take chunks through at the same time.
 */
public final class ForwardBackward {
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;

  private final Kernels kernels;
  private final ModelKind kind;
  private final int features;
  private final int hidden;
  private final int featureLanes;
  private final SampleBlockRows rows;
  private final Kernels.Output output;

  /** W as it turns features into hidden units; D back, and as errors go through it. */
  private final MatMul encode;

  private final MatMul.Started decode;
  private final MatMul decodeErrors;

  /** Instead of all these, where it serves. */
  private final Optional<TwoHidden> twoHidden;

  public ForwardBackward(Kernels kernels, ModelShape shape, SampleBlockRows rows) {
    this.kernels = kernels;
    this.rows = rows;
    kind = shape.kind();
    features = shape.features();
    hidden = shape.hidden();
    featureLanes = SummationOrder.featureLanes(shape);
    output = new Kernels.Output(!kind.reluOutput(), kind.targetsAbsoluteValue());
    encode = MatMul.intoHidden(kernels, shape, featureLanes);
    decode = MatMul.intoFeatures(kernels, shape);
    twoHidden =
        TwoHidden.serves(shape)
            ? Optional.of(new TwoHidden(kernels, shape, rows))
            : Optional.empty();
    decodeErrors = kind.tied() ? encode : MatMul.intoHidden(kernels, shape, featureLanes);
  }

  public void pack(Parameters model) {
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
  public Optional<TwoHidden> twoHidden() {
    return twoHidden;
  }

  /** From inputs to errors and losses. */
  public void forward(SampleBlock chunk, float[] importance, int vectors) {
    float[] d = chunk.features();
    float[] g = chunk.hidden();
    int x = ARRAY_OFFSET + rows.featureHalf();
    encode.multiply(d, x, rows.featureStep(), g, ARRAY_OFFSET, rows.hiddenStep(), vectors);
    if (kind.reluHidden()) {
      for (int t = 0; t < vectors; t++) {
        kernels.relu(g, ARRAY_OFFSET + t * rows.hiddenStep(), hidden);
      }
    }
    decode.multiply(
        g, ARRAY_OFFSET, rows.hiddenStep(), d, ARRAY_OFFSET, rows.featureStep(), vectors);
    int taken = featureLanes == 1 ? features : rows.features();
    int step = rows.featureStep();
    kernels.errors(
        output, featureLanes, taken, importance, d, ARRAY_OFFSET, x, step, chunk.loss(), vectors);
  }

  /** From errors to the hidden units' errors. */
  public void backward(SampleBlock chunk, int vectors) {
    float[] g = chunk.hidden();
    int dh = ARRAY_OFFSET + rows.hiddenHalf();
    decodeErrors.multiply(
        chunk.features(), ARRAY_OFFSET, rows.featureStep(), g, dh, rows.hiddenStep(), vectors);
    if (kind.reluHidden()) {
      for (int t = 0; t < vectors; t++) {
        int at = ARRAY_OFFSET + t * rows.hiddenStep();
        kernels.reluBackward(g, at, at + rows.hiddenHalf(), hidden);
      }
    }
  }
}
