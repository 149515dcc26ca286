package toymodels.backend.cpu.internal.gram;

import toymodels.data.SparseSamples;

/** The Gram kernels in plain loops, for JVMs without vectors; lanes are 1. */
public final class ScalarGramKernels implements GramKernels {
  /** Slopes below this count as this much: a line that flat crosses nothing. */
  public static final float FLAT = 1e-20f;

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

  @Override
  public void noneAndOwn(GramSums g, float none) {
    for (int i = 0; i < g.n; i++) {
      float y = outputOfNothing(g, i);
      float d = g.importance[i] * none * y;
      int own = i * g.width + i;
      Line line = Line.of(g.biases[i], g.gram[own], g.linear);
      float from = line.from();
      float to = line.to();
      float v = g.only[i];
      float loss = Math.fma(g.third[i], g.oneSquare[i], d * y);
      float bias = Math.fma(g.half[i], g.oneMean[i], d);
      g.loss[i] = Math.fma(v * g.third[i], 1 - line.length() * line.moment(), loss);
      g.biasGradient[i] = Math.fma(v * -g.half[i], Math.fma(to, to, -(from * from)), bias);
      float cubes = Math.fma(to * to, to, -(from * from * from));
      g.gramGradient[own] = Math.fma(v * -g.third[i], cubes, g.gramGradient[own]);
    }
  }

  @Override
  public void zeros(GramSums g, int samples) {
    for (int i = 0; i < g.n; i++) {
      float y = outputOfNothing(g, i);
      float d = g.importance[i] * samples * y;
      g.biasGradient[i] += d;
      g.loss[i] = Math.fma(d, y, g.loss[i]);
    }
  }

  /** ReLU(bᵢ), or bᵢ when linear. */
  private static float outputOfNothing(GramSums g, int i) {
    return g.linear ? g.biases[i] : relu(g.biases[i]);
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
  public void samples(GramSums g, SparseSamples list) {
    int[] starts = list.starts();
    int[] feature = list.features();
    int[] bits = list.valueBits();
    for (int i = 0; i < g.n; i++) {
      float bias = g.biasGradient[i];
      float loss = g.loss[i];
      for (int s = 0; s < list.samples(); s++) {
        float pre = g.biases[i];
        float target = 0;
        for (int a = starts[s]; a < starts[s + 1]; a++) {
          float x = Float.intBitsToFloat(bits[a]);
          pre = Math.fma(x, g.gram[feature[a] * g.width + i], pre);
          target = feature[a] == i ? x : target;
        }
        boolean passes = g.linear || pre > 0;
        float error = (passes ? pre : 0) - target;
        float weighted = g.sampleWeights[i] * error;
        float d = passes ? weighted : 0;
        loss = Math.fma(weighted, error, loss);
        bias += d;
        for (int a = starts[s]; a < starts[s + 1]; a++) {
          int at = feature[a] * g.width + i;
          g.gramGradient[at] = Math.fma(Float.intBitsToFloat(bits[a]), d, g.gramGradient[at]);
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
