package toymodels.backend.cpu;

import toymodels.train.Adam;

/** The kernels in plain Java, one lane: the canonical bits, readable, and always available. */
final class ScalarKernels implements Kernels {
  private static final int ONE = Float.floatToRawIntBits(1f);

  private final String reason;

  /** Plain loops, and why not vectors. */
  ScalarKernels(String reason) {
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
  public void words(int[] state, int at, int draws, int count, int[] words, int to, int stride) {
    int s0 = state[at];
    int s1 = state[at + 1];
    int s2 = state[at + 2];
    int s3 = state[at + 3];
    for (int t = 0; t < count; t++) {
      for (int d = 0; d < draws; d++) {
        words[to + d * stride + t] = Integer.rotateLeft(s0 + s3, 7) + s0;
        int shifted = s1 << 9;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = Integer.rotateLeft(s3, 11);
      }
    }
    state[at] = s0;
    state[at + 1] = s1;
    state[at + 2] = s2;
    state[at + 3] = s3;
  }

  @Override
  public void values(
      int[] gate,
      int gateAt,
      int[] value,
      int valueAt,
      Feature f,
      float[] x,
      int xAt,
      int vectors) {
    int signs = f.signed() ? 1 : 0;
    for (int t = 0; t < vectors; t++) {
      int w = (gate[gateAt + t] >>> 1) - f.offset();
      int active = (w - f.threshold()) >> 31 & ~(w >> 31);
      int magnitude = (value[valueAt + t] >>> 1) - f.offset() & active;
      int bits = Math.min(Float.floatToRawIntBits((float) magnitude * f.scale()), ONE);
      int sign = (value[valueAt + t] & signs & active) << 31;
      x[xAt + 2 * t] = Float.intBitsToFloat(bits ^ sign);
    }
  }

  @Override
  public void product(
      int rows,
      int[] weights,
      int at,
      Product p,
      float[] start,
      int startAt,
      float[] in,
      int inAt,
      float[] out,
      int outAt,
      int vectors) {
    for (int r = 0; r < rows; r++) {
      int to = outAt + r * p.outStride();
      for (int t = 0; t < 2 * vectors; t += 2) {
        float sum = start[startAt + r];
        for (int k = 0; k < p.terms(); k++) {
          float w = Float.intBitsToFloat(weights[at + k * rows + r]);
          sum = Math.fma(w, in[inAt + k * p.inStride() + t], sum);
        }
        out[to + t] = sum + (p.adds() ? out[to + t] : 0f);
      }
    }
  }

  @Override
  public void rectify(float[] pairs, int at, int vectors) {
    for (int t = at; t < at + 2 * vectors; t += 2) {
      pairs[t] = pairs[t] > 0 ? pairs[t] : 0f;
    }
  }

  @Override
  public void gate(float[] pairs, int at, int vectors) {
    for (int t = at; t < at + 2 * vectors; t += 2) {
      pairs[t + 1] = pairs[t] > 0 ? pairs[t + 1] : 0f;
    }
  }

  @Override
  public void errors(
      Output output,
      float importance,
      float[] pairs,
      int at,
      float[] loss,
      int lossAt,
      float[] biasSums,
      int biasAt,
      int count,
      int blocks) {
    for (int lane = 0; lane < SAMPLE_LANES; lane++) {
      for (int t = 0; t < count; t++) {
        errorOf(
            output,
            importance,
            pairs,
            at + 2 * (lane * blocks + t),
            1,
            loss,
            lossAt + lane * blocks + t,
            biasSums,
            biasAt + lane);
      }
    }
  }

  /** One sample's error, whatever the vectors' length: x is {@code lanes} beyond pre. */
  static void errorOf(
      Output output,
      float importance,
      float[] pairs,
      int at,
      int lanes,
      float[] loss,
      int lossAt,
      float[] biasSums,
      int biasAt) {
    float pre = pairs[at];
    float x = pairs[at + lanes];
    boolean passes = output.linear() || pre > 0;
    float e = (passes ? pre : 0f) - (output.absolute() ? Math.abs(x) : x);
    float weighted = importance * e;
    float d = passes ? weighted : 0f;
    loss[lossAt] = Math.fma(weighted, e, loss[lossAt]);
    biasSums[biasAt] += d;
    pairs[at] = d;
  }

  @Override
  public void addLosses(float[] loss, int at, float[] sums, int sumAt, int blocks) {
    for (int lane = 0; lane < SAMPLE_LANES; lane++) {
      float sum = sums[sumAt + lane];
      for (int t = 0; t < blocks; t++) {
        sum += loss[at + lane * blocks + t];
      }
      sums[sumAt + lane] = sum;
    }
  }

  @Override
  public void correlate(
      int rows,
      Correlation c,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] sums,
      int at,
      int blocks) {
    int step = c.both() ? 1 : 2;
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < FEW; q++) {
        int to = at + r * c.aSums() + q * c.bSums();
        for (int lane = 0; lane < SAMPLE_LANES; lane++) {
          int from = 2 * lane * blocks;
          float sum = sums[to + lane];
          for (int t = from; t < from + 2 * blocks; t += step) {
            sum = Math.fma(a[aAt + r * c.aStride() + t], b[bAt + q * c.bStride() + t], sum);
          }
          sums[to + lane] = sum;
        }
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

  static void moveAll(
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
