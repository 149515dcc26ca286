package toymodels.backend.cpu.internal.gram;

import java.util.Arrays;
import toymodels.data.Importance;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * What a step in Gram form works on, one model and one thread: G = WᵀW and the sums of
 * docs/arithmetic.md, section 5. Outputs are lanes: rows hold one number for each output, padded
 * with zeros to whole vectors, and every output is summed by itself, so no bit depends on lanes.
 */
public final class GramSums {
  public final int n;
  public final int m;

  /** Numbers in a row: the outputs, padded. */
  public final int width;

  public final boolean linear;

  /** W, (hidden, width). */
  public final float[] weights;

  /** The bits of {@link #weights}, which broadcast faster than floats. */
  public final int[] weightBits;

  /** b, (width). */
  public final float[] biases;

  /** Iᵢ, (width). */
  public final float[] importance;

  /** (float) (Iᵢ / 6), (width). */
  public final float[] sixth;

  /** (float) (Iᵢ / 2) and (float) (Iᵢ / 3), (width). */
  public final float[] half;

  public final float[] third;

  /** What {@link GramKernels#samples} weighs each output with, (width). */
  public final float[] sampleWeights;

  /** G, (features, width). */
  public final float[] gram;

  /** ∂/∂Gⱼᵢ / 2 of all terms so far, (features, width). */
  public final float[] gramGradient;

  /** ∂/∂b / 2 so far, (width). */
  public final float[] biasGradient;

  /** The loss of each output so far, (width). */
  public final float[] loss;

  /** ∂/∂W, (hidden, width), once finished. */
  public final float[] weightGradient;

  /** P(only j) as float, (width), and its bits. */
  public final float[] only;

  public final int[] onlyBits;

  /** The diagonals of G and of ∂/∂G, (width), while a kernel works on them. */
  public final float[] own;

  public final float[] ownGradient;

  /** Σⱼ of A and of C over inputs with one active feature, (width) each. */
  public final float[] oneMean;

  public final float[] oneSquare;

  /**
   * Zeros and one −1, (2 width), at {@code width}: a row from {@code width − j} on is what an
   * active xⱼ adds to the errors.
   */
  public final float[] minusOwn;

  GramSums(ModelShape shape, int lanes) {
    n = shape.features();
    m = shape.hidden();
    width = (n + lanes - 1) / lanes * lanes;
    linear = shape.kind() == ModelKind.LINEAR;
    weights = new float[m * width];
    weightBits = new int[m * width];
    weightGradient = new float[m * width];
    biases = new float[width];
    importance = new float[width];
    sixth = new float[width];
    sampleWeights = new float[width];
    biasGradient = new float[width];
    loss = new float[width];
    oneMean = new float[width];
    oneSquare = new float[width];
    gram = new float[n * width];
    gramGradient = new float[n * width];
    half = new float[width];
    third = new float[width];
    only = new float[width];
    onlyBits = new int[width];
    own = new float[width];
    ownGradient = new float[width];
    minusOwn = new float[2 * width];
    minusOwn[width] = -1;
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

  /** Copies the diagonals to rows. */
  public void readDiagonals() {
    for (int i = 0, at = 0; i < n; i++, at += width + 1) {
      own[i] = gram[at];
      ownGradient[i] = gramGradient[at];
    }
  }

  /** Copies the row of {@link #ownGradient} back. */
  public void writeDiagonal() {
    for (int i = 0, at = 0; i < n; i++, at += width + 1) {
      gramGradient[at] = ownGradient[i];
    }
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
