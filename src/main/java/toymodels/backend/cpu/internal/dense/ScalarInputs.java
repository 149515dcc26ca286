package toymodels.backend.cpu.internal.dense;

import toymodels.backend.cpu.internal.dense.Kernels.Feature;

/** Draws random words and turns them into inputs in plain Java, for {@link ScalarKernels}. */
final class ScalarInputs {
  private static final int ONE = Float.floatToRawIntBits(1f);

  private ScalarInputs() {}

  static void words(
      int[] state, int at, int draws, int count, int[] words, int to, int stride, int step) {
    for (int t = 0; t < count; t++) {
      for (int d = 0; d < draws; d++) {
        words[to + t * step + d * stride] = word(state, at);
      }
    }
  }

  static void inputs(
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
    for (int t = 0; t < count; t++) {
      for (int d = 0; d < draws; d++) {
        int w = word(state, at) >>> 1;
        int feature = featureAt + d * stride;
        int magnitude = (w - thresholds[feature]) >> 31 & w;
        x[to + t * step + d * stride] = Math.min((float) magnitude * scales[feature], 1f);
      }
    }
  }

  /** The next word of the xoshiro128++ whose four numbers begin at {@code at}. */
  private static int word(int[] state, int at) {
    int s0 = state[at];
    int s1 = state[at + 1];
    int s2 = state[at + 2] ^ s0;
    int s3 = state[at + 3] ^ s1;
    int word = Integer.rotateLeft(s0 + state[at + 3], 7) + s0;
    state[at] = s0 ^ s3;
    state[at + 1] = s1 ^ s2;
    state[at + 2] = s2 ^ s1 << 9;
    state[at + 3] = Integer.rotateLeft(s3, 11);
    return word;
  }

  static void values(
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
    int signs = f.signed() ? 1 : 0;
    for (int t = 0; t < vectors; t++) {
      int word = value[valueAt + t * valueStep];
      int w = (gate[gateAt + t * gateStep] >>> 1) - f.offset();
      int active = (w - f.threshold()) >> 31 & ~(w >> 31);
      int magnitude = (word >>> 1) - f.offset() & active;
      int bits = Math.min(Float.floatToRawIntBits((float) magnitude * f.scale()), ONE);
      int sign = (word & signs & active) << 31;
      x[xAt + t * xStep] = Float.intBitsToFloat(bits ^ sign);
    }
  }
}
