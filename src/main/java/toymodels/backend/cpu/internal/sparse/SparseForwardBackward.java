package toymodels.backend.cpu.internal.sparse;

import java.util.Arrays;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.Parameters;
import toymodels.data.Importance;
import toymodels.data.SparseSamples;
import toymodels.model.ModelShape;

/**
 * What a step of the estimator iid-sparse works on where hidden units have a ReLU, one model and
 * one thread: docs/arithmetic.md, section 5. Hidden units or outputs are lanes: rows are padded
 * with zeros to whole vectors, and every unit and output is summed by itself, so no bit depends on
 * lanes. Rows of vectors begin at {@link Kernels#ARRAY_OFFSET}.
 *
 * <p>Samples go through in chunks, each of the kernels taking a whole chunk: one that took a sample
 * would be inlined with all others, and there the compiler has no room left for their vectors.
 */
public final class SparseForwardBackward {
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;
  private static final int SIGN_LESS = Integer.MAX_VALUE;

  /** Samples of a chunk: so many stay near, with the weights. */
  static final int CHUNK = 8;

  final int n;
  final int m;

  /** Numbers in a row of hidden units, padded. */
  public final int hiddenWidth;

  /** Numbers in a row of outputs, padded. */
  public final int outputWidth;

  /** W₁, (features, hidden width). */
  public final float[] encoder;

  /** W₂, (features, hidden width): the encoder's array when tied. */
  public final float[] decoder;

  /** W₂ once more, (hidden, output width). */
  public final float[] decoderColumns;

  /** b and I, (output width). */
  public final float[] biases;

  public final float[] importance;

  /** ∂/∂W₁ / 2 and ∂/∂W₂ / 2 so far, (features, hidden width). */
  public final float[] encoderGradient;

  public final float[] decoderGradient;

  /** ∂/∂b / 2 and the loss of each output so far, (output width). */
  public final float[] biasGradient;

  public final float[] loss;

  /** The bits of h, (chunk, hidden width): bits broadcast faster than floats. */
  public final int[] hiddenBits;

  /** The hidden units that are not 0, in order, and how many, (chunk, hidden width), (chunk). */
  public final int[] units;

  public final int[] unitCounts = new int[CHUNK];

  /** Pre-activations of outputs, and targets, (chunk, output width). */
  public final float[] pre;

  public final float[] targets;

  /** The bits of d, (chunk, output width). */
  public final int[] errorBits;

  /** The outputs whose d is not 0, in order, and how many, (chunk, output width), (chunk). */
  public final int[] outputs;

  public final int[] outputCounts = new int[CHUNK];

  /** What comes back to h, (chunk, hidden width), before h's own ReLU. */
  public final float[] hiddenGradient;

  private final boolean tied;
  private final int targetBits;

  SparseForwardBackward(ModelShape shape, int lanes) {
    n = shape.features();
    m = shape.hidden();
    hiddenWidth = (m + lanes - 1) / lanes * lanes;
    outputWidth = (n + lanes - 1) / lanes * lanes;
    tied = shape.kind().tied();
    targetBits = shape.kind().targetsAbsoluteValue() ? SIGN_LESS : -1;
    encoder = new float[ARRAY_OFFSET + n * hiddenWidth];
    decoder = tied ? encoder : new float[encoder.length];
    decoderColumns = new float[ARRAY_OFFSET + m * outputWidth];
    encoderGradient = new float[encoder.length];
    decoderGradient = new float[encoder.length];
    biases = new float[ARRAY_OFFSET + outputWidth];
    importance = new float[biases.length];
    biasGradient = new float[biases.length];
    loss = new float[biases.length];
    pre = new float[ARRAY_OFFSET + CHUNK * outputWidth];
    targets = new float[pre.length];
    errorBits = new int[pre.length];
    outputs = new int[CHUNK * outputWidth];
    hiddenBits = new int[ARRAY_OFFSET + CHUNK * hiddenWidth];
    hiddenGradient = new float[hiddenBits.length];
    units = new int[CHUNK * hiddenWidth];
  }

  void use(Importance values) {
    for (int i = 0; i < n; i++) {
      importance[ARRAY_OFFSET + i] = (float) values.of(i);
    }
  }

  /** Takes over a model's parameters, and begins sums of its gradient. */
  void begin(Parameters model) {
    for (int i = 0; i < n; i++) {
      int row = ARRAY_OFFSET + i * hiddenWidth;
      System.arraycopy(model.encoder(), i * m, encoder, row, m);
      if (!model.tied()) {
        System.arraycopy(model.decoder(), i * m, decoder, row, m);
      }
    }
    for (int a = 0; a < m; a++) {
      int column = ARRAY_OFFSET + a * outputWidth;
      for (int i = 0; i < n; i++) {
        decoderColumns[column + i] = model.decoder()[i * m + a];
      }
    }
    System.arraycopy(model.biases(), 0, biases, ARRAY_OFFSET, n);
    Arrays.fill(encoderGradient, 0);
    Arrays.fill(decoderGradient, 0);
    Arrays.fill(biasGradient, 0);
    Arrays.fill(loss, 0);
  }

  /** Sets the targets of so many samples of a list. */
  void aim(SparseSamples list, int first, int count) {
    for (int k = 0, row = ARRAY_OFFSET; k < count; k++, row += outputWidth) {
      for (int e = list.starts()[first + k]; e < list.starts()[first + k + 1]; e++) {
        targets[row + list.features()[e]] = Float.intBitsToFloat(list.valueBits()[e] & targetBits);
      }
    }
  }

  /** Clears the targets of so many samples. */
  void forget(SparseSamples list, int first, int count) {
    for (int k = 0, row = ARRAY_OFFSET; k < count; k++, row += outputWidth) {
      for (int e = list.starts()[first + k]; e < list.starts()[first + k + 1]; e++) {
        targets[row + list.features()[e]] = 0;
      }
    }
  }

  /** Leaves out samples without a hidden unit that passes: nothing comes back through them. */
  void leaveOut(int count) {
    for (int k = 0; k < count; k++) {
      outputCounts[k] = unitCounts[k] == 0 ? 0 : outputCounts[k];
    }
  }

  /** Adds so many samples without active features, whose hidden units are all 0. */
  void addZeros(int samples) {
    for (int i = ARRAY_OFFSET; i < ARRAY_OFFSET + n; i++) {
      float y = biases[i] > 0 ? biases[i] : 0;
      float d = importance[i] * samples * y;
      biasGradient[i] += d;
      loss[i] = Math.fma(d, y, loss[i]);
    }
  }

  /** Writes the gradient out, times {@code scale}. */
  void finish(float scale, Parameters gradient) {
    for (int i = 0; i < n; i++) {
      int row = ARRAY_OFFSET + i * hiddenWidth;
      for (int a = 0; a < m; a++) {
        float d = decoderGradient[row + a];
        float ofBoth = tied ? encoderGradient[row + a] + d : d;
        gradient.encoder()[i * m + a] = encoderGradient[row + a] * scale;
        gradient.decoder()[i * m + a] = ofBoth * scale;
      }
      gradient.biases()[i] = biasGradient[ARRAY_OFFSET + i] * scale;
    }
  }

  /** The sum over outputs, in order. */
  float totalLoss() {
    float sum = 0;
    for (int i = ARRAY_OFFSET; i < ARRAY_OFFSET + n; i++) {
      sum += loss[i];
    }
    return sum;
  }
}
