package toymodels.backend.cpu;

/** The Gram kernels in plain loops, for JVMs without vectors; lanes are 1. */
final class ScalarGramKernels implements GramKernels {
  /** Slopes below this count as this much: a line that flat crosses nothing. */
  static final float FLAT = 1e-20f;

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public void gram(GramSums g) {
    for (int i = 0; i < g.n; i++) {
      for (int j = 0; j < g.n; j++) {
        float sum = 0;
        for (int k = 0; k < g.m; k++) {
          sum = Math.fma(g.weights[k * g.width + i], g.weights[k * g.width + j], sum);
        }
        g.gram[i * g.width + j] = sum;
      }
    }
  }

  @Override
  public void oneActive(GramSums g) {
    for (int i = 0; i < g.n; i++) {
      float b = g.biases[i];
      float mean = 0;
      float square = 0;
      for (int j = 0; j < g.n; j++) {
        float v = g.only[j];
        Line line = Line.of(b, g.gram[j * g.width + i], g.linear);
        mean = Math.fma(v, line.length() * line.sum(), mean);
        square = Math.fma(v, line.length() * line.square(), square);
        g.gramGradient[j * g.width + i] = v * g.sixth[i] * (line.length() * line.moment());
      }
      g.oneMean[i] = mean;
      g.oneSquare[i] = square;
    }
  }

  /**
   * Where a pre-activation that rises straight from b to b + slope is positive, and how high its
   * ends are there; see docs/arithmetic.md.
   *
   * @param length l
   * @param from t₀
   * @param to t₁
   * @param sum a₀ + a₁
   * @param square (a₀ + a₁)² − a₀ a₁
   * @param moment f
   */
  record Line(float length, float from, float to, float sum, float square, float moment) {
    static Line of(float b, float slope, boolean linear) {
      float u = b + slope;
      if (linear) {
        float sum = b + u;
        return new Line(1, 0, 1, sum, Math.fma(sum, sum, -(b * u)), sum + u);
      }
      float a0 = relu(b);
      float a1 = relu(u);
      float q = Math.max(a0, a1) / Math.max(Math.abs(slope), FLAT);
      float length = q < 1 ? q : 1;
      float from = b < 0 ? 1 - length : 0;
      float to = from + length;
      float sum = a0 + a1;
      float moment = Math.fma(from, sum + a0, to * (sum + a1));
      return new Line(length, from, to, sum, Math.fma(sum, sum, -(a0 * a1)), moment);
    }
  }

  private static float relu(float v) {
    return v > 0 ? v : 0;
  }

  @Override
  public void one(GramSums g, int samples) {
    more(g, samples);
  }

  @Override
  public void two(GramSums g, int samples) {
    more(g, samples);
  }

  @Override
  public void more(GramSums g, int samples) {
    for (int i = 0; i < g.n; i++) {
      float bias = g.biasGradient[i];
      float loss = g.loss[i];
      for (int s = 0; s < samples; s++) {
        float pre = g.biases[i];
        for (int a = g.start[s]; a < g.start[s + 1]; a++) {
          pre = Math.fma(Float.intBitsToFloat(g.valueBits[a]), g.gram[g.row[a] + i], pre);
        }
        boolean passes = g.linear || pre > 0;
        float error = (passes ? pre : 0) - g.x[s * g.width + i];
        float weighted = g.sampleWeights[i] * error;
        float d = passes ? weighted : 0;
        loss = Math.fma(weighted, error, loss);
        bias += d;
        for (int a = g.start[s]; a < g.start[s + 1]; a++) {
          int at = g.row[a] + i;
          g.gramGradient[at] =
              Math.fma(Float.intBitsToFloat(g.valueBits[a]), d, g.gramGradient[at]);
        }
      }
      g.biasGradient[i] = bias;
      g.loss[i] = loss;
    }
  }

  @Override
  public void finish(GramSums g, float scale) {
    for (int k = 0; k < g.m; k++) {
      for (int i = 0; i < g.n; i++) {
        float sum = 0;
        for (int j = 0; j < g.n; j++) {
          sum = Math.fma(g.weights[k * g.width + j], g.gramGradient[j * g.width + i], sum);
        }
        g.weightGradient[k * g.width + i] = sum * scale;
      }
    }
  }
}
