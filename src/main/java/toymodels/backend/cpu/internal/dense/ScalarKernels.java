package toymodels.backend.cpu.internal.dense;

import java.util.Arrays;
import toymodels.train.Adam;

/** The kernels in plain Java, one lane: the canonical bits, readable, and always available. */
public final class ScalarKernels implements Kernels {
  private final String reason;

  /** Plain loops, and why not vectors. */
  public ScalarKernels(String reason) {
    this.reason = reason;
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public String description() {
    return "plain loops " + reason;
  }

  @Override
  public void words(
      int[] state, int at, int draws, int count, int[] words, int to, int stride, int step) {
    ScalarInputs.words(state, at, draws, count, words, to, stride, step);
  }

  @Override
  public void inputs(
      int[] state,
      int at,
      int draws,
      int count,
      int[] thresholds,
      float[] scales,
      int featureAt,
      float[] x,
      int to,
      int stride,
      int step) {
    ScalarInputs.inputs(
        state, at, draws, count, thresholds, scales, featureAt, x, to, stride, step);
  }

  @Override
  public void values(
      int[] gate,
      int gateAt,
      int gateStep,
      int[] value,
      int valueAt,
      int valueStep,
      Feature f,
      float[] x,
      int xAt,
      int xStep,
      int vectors) {
    ScalarInputs.values(
        gate, gateAt, gateStep, value, valueAt, valueStep, f, x, xAt, xStep, vectors);
  }

  @Override
  public void product(
      int rows,
      float[] weights,
      int at,
      int terms,
      float[] start,
      int startAt,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep,
      int vectors) {
    for (int t = 0; t < vectors; t++) {
      for (int r = 0; r < rows; r++) {
        float sum = start[startAt + r];
        for (int k = 0; k < terms; k++) {
          sum = Math.fma(weights[at + k * rows + r], in[inAt + t * inStep + k], sum);
        }
        out[outAt + t * outStep + r] = sum + 0f;
      }
    }
  }

  @Override
  public void splitFeatureProduct(
      int rows,
      float[] weights,
      int at,
      int pairs,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep,
      int vectors) {
    for (int t = 0; t < vectors; t++) {
      for (int r = 0; r < rows; r++) {
        float even = 0;
        float odd = 0;
        for (int k = 0; k < 2 * pairs; k += 2) {
          int x = inAt + t * inStep + k;
          even = Math.fma(weights[at + k * rows + r], in[x], even);
          odd = Math.fma(weights[at + (k + 1) * rows + r], in[x + 1], odd);
        }
        out[outAt + t * outStep + r] = even + odd + 0f;
      }
    }
  }

  @Override
  public void broadcastProduct(
      int rows,
      int[] weights,
      int at,
      int terms,
      float[] start,
      int startAt,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep,
      int vectors) {
    for (int t = 0; t < vectors; t++) {
      for (int r = 0; r < rows; r++) {
        float sum = start[startAt + r];
        for (int k = 0; k < terms; k++) {
          float w = Float.intBitsToFloat(weights[at + k * rows + r]);
          sum = Math.fma(w, in[inAt + t * inStep + k], sum);
        }
        out[outAt + t * outStep + r] = sum + 0f;
      }
    }
  }

  @Override
  public void broadcast(float[] from, int at, int stride, int count, float[] to, int toAt) {
    for (int i = 0; i < count; i++) {
      to[toAt + i] = from[at + i * stride];
    }
  }

  @Override
  public void relu(float[] g, int at, int rows) {
    for (int i = at; i < at + rows; i++) {
      g[i] = g[i] > 0 ? g[i] : 0f;
    }
  }

  @Override
  public void reluBackward(float[] hidden, int at, int dgAt, int rows) {
    for (int i = 0; i < rows; i++) {
      hidden[dgAt + i] = hidden[at + i] > 0 ? hidden[dgAt + i] : 0f;
    }
  }

  @Override
  public void errors(
      Output output,
      int featureLanes,
      int features,
      float[] importance,
      float[] d,
      int at,
      int xAt,
      int step,
      float[] loss,
      int vectors) {
    for (int t = 0; t < vectors; t++) {
      int lossAt = ARRAY_OFFSET + t * featureLanes;
      Arrays.fill(loss, lossAt, lossAt + featureLanes, 0);
      for (int i = 0; i < features; i++) {
        float pre = d[at + t * step + i];
        float x = d[xAt + t * step + i];
        boolean passes = output.linear() || pre > 0;
        float e = (passes ? pre : 0f) - (output.absolute() ? Math.abs(x) : x);
        float weighted = importance[ARRAY_OFFSET + i] * e;
        d[at + t * step + i] = passes ? weighted : 0f;
        int lane = lossAt + i % featureLanes;
        loss[lane] = Math.fma(weighted, e, loss[lane]);
      }
    }
  }

  /** The steps one after the other: without vectors nothing is gained by taking them at once. */
  @Override
  public void twoHidden(
      boolean linear,
      int features,
      float[] weights,
      float[] biases,
      float[] importance,
      float[] d,
      int half,
      float[] hidden,
      float[] loss,
      int vectors) {
    int step = 2 * half;
    float[] zeros = new float[2];
    int at = ARRAY_OFFSET;
    int x = at + half;
    product(2, weights, at, features, zeros, 0, d, x, step, hidden, at, 4, vectors);
    for (int i = 0; i < features; i++) {
      float[] pair = {weights[at + 2 * i], weights[at + 2 * i + 1]};
      product(1, pair, 0, 2, biases, at + i, hidden, at, 4, d, at + i, step, vectors);
    }
    Output output = new Output(linear, false);
    errors(output, 1, features, importance, d, at, x, step, loss, vectors);
    product(2, weights, at, features, zeros, 0, d, at, step, hidden, at + 2, 4, vectors);
  }

  @Override
  public void addRows(
      int rows, float[] in, int inAt, int inStep, float[] sums, int at, int vectors) {
    for (int r = 0; r < rows; r++) {
      float sum = sums[at + r];
      for (int t = 0; t < vectors; t++) {
        sum += in[inAt + t * inStep + r];
      }
      sums[at + r] = sum;
    }
  }

  @Override
  public void weightGradient(
      int rows,
      int columns,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] sums,
      int at,
      int count) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        int to = at + r * columns + c;
        float sum = sums[to];
        for (int t = 0; t < count; t++) {
          sum = Math.fma(a[aAt + t * aStep + r], b[bAt + t * bStep + c], sum);
        }
        sums[to] = sum;
      }
    }
  }

  @Override
  public void adam(
      Adam.Update u,
      float[] parameters,
      float[] first,
      float[] second,
      float[] gradients,
      int at,
      int length) {
    moveAll(u, parameters, first, second, gradients, at, length);
  }

  public static void moveAll(
      Adam.Update u,
      float[] parameters,
      float[] first,
      float[] second,
      float[] gradients,
      int at,
      int length) {
    for (int i = at; i < at + length; i++) {
      float g = gradients[i];
      float m = Math.fma(u.beta1(), first[i], u.oneMinusBeta1() * g);
      float v = Math.fma(u.beta2(), second[i], u.oneMinusBeta2() * g * g);
      float root = (float) Math.sqrt(v) / u.rootCorrection() + u.epsilon();
      parameters[i] = parameters[i] * u.decay() - u.rate() * m / root;
      first[i] = m;
      second[i] = v;
    }
  }
}
