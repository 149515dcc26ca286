package toymodels.backend.cpu;

import java.util.Arrays;
import toymodels.data.Importance;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * What a step in Gram form works on, one model and one thread: G = WᵀW and the sums of
 * docs/arithmetic.md, section 5. Outputs are lanes: rows hold one number for each output, padded
 * with zeros to whole vectors, and every output is summed by itself, so no bit depends on lanes.
 */
final class GramSums {
  /** Rows that {@link GramKernels#gram} makes at once. */
  static final int ROWS = 4;

  /** Samples whose inputs stand in {@link #x} at once. */
  static final int CHUNK = 256;

  final int n;
  final int m;

  /** Numbers in a row: the outputs, padded. */
  final int width;

  final boolean linear;

  /** W, (hidden, width). */
  final float[] weights;

  /** The bits of {@link #weights}, which broadcast faster than floats. */
  final int[] weightBits;

  /** b, (width). */
  final float[] biases;

  /** Iᵢ, (width). */
  final float[] importance;

  /** (float) (Iᵢ / 6), (width). */
  final float[] sixth;

  /** What {@link GramKernels#one} and its like weigh each output with, (width). */
  final float[] sampleWeights;

  /** G, (features, width), and rows of zeros to a multiple of {@link #ROWS}. */
  final float[] gram;

  /** ∂/∂Gⱼᵢ / 2 of all terms so far, (features, width). */
  final float[] gramGradient;

  /** ∂/∂b / 2 so far, (width). */
  final float[] biasGradient;

  /** The loss of each output so far, (width). */
  final float[] loss;

  /** ∂/∂W, (hidden, width), once finished. */
  final float[] weightGradient;

  /** P(only j) as float, (features), and its bits. */
  final float[] only;

  final int[] onlyBits;

  /** Σⱼ of A and of C over inputs with one active feature, (width) each. */
  final float[] oneMean;

  final float[] oneSquare;

  /** Inputs of a chunk of samples, (samples, width), zero between uses. */
  final float[] x;

  /** For the chunk's entries: where the row of the feature begins, its value's bits, its x. */
  int[] row = new int[CHUNK];

  int[] valueBits = new int[CHUNK];
  int[] place = new int[CHUNK];

  /** For each sample of a chunk, its first entry; and the last one's end. */
  final int[] start = new int[CHUNK + 1];

  GramSums(ModelShape shape, int lanes) {
    n = shape.features();
    m = shape.hidden();
    width = (n + lanes - 1) / lanes * lanes;
    linear = shape.kind() == ModelKind.LINEAR;
    int rows = (n + ROWS - 1) / ROWS * ROWS;
    weights = new float[m * width];
    weightBits = new int[m * width + ROWS];
    weightGradient = new float[m * width];
    biases = new float[width];
    importance = new float[width];
    sixth = new float[width];
    sampleWeights = new float[width];
    biasGradient = new float[width];
    loss = new float[width];
    oneMean = new float[width];
    oneSquare = new float[width];
    gram = new float[rows * width];
    gramGradient = new float[n * width];
    only = new float[n];
    onlyBits = new int[n];
    x = new float[CHUNK * width];
  }

  void use(Importance values) {
    for (int i = 0; i < n; i++) {
      importance[i] = (float) values.of(i);
      sixth[i] = (float) (values.of(i) / 6);
    }
  }

  /** Weighs samples with Iᵢ times this. */
  void weigh(float weight) {
    for (int i = 0; i < n; i++) {
      sampleWeights[i] = importance[i] * weight;
    }
  }

  void clear() {
    Arrays.fill(gramGradient, 0);
    Arrays.fill(biasGradient, 0);
    Arrays.fill(loss, 0);
  }

  /** ReLU(bᵢ), or bᵢ when linear: the output where nothing is active. */
  float outputOfNothing(int i) {
    return linear || biases[i] > 0 ? biases[i] : 0;
  }

  /** Hᵢⱼ = dGᵢⱼ + dGⱼᵢ in place of dG. */
  void symmetrise() {
    for (int i = 0; i < n; i++) {
      int to = i * width;
      for (int j = 0, from = i; j < i; j++, from += width) {
        float sum = gramGradient[from] + gramGradient[to + j];
        gramGradient[from] = sum;
        gramGradient[to + j] = sum;
      }
      gramGradient[to + i] *= 2;
    }
  }

  /** The sum over outputs, in order. */
  float totalLoss() {
    float sum = 0;
    for (int i = 0; i < n; i++) {
      sum += loss[i];
    }
    return sum;
  }
}
