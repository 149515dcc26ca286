package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops that hold most of the arithmetic, written out so that every sum is a local
 * variable and stays in a register: five or two rows by two vectors of samples, ten sums at most,
 * which hides the latency of a fused multiply-add on cores with sixteen vector registers.
 */
final class VectorProducts {
  private static final VectorSpecies<Float> F = CpuLanes.floats();
  private static final VectorSpecies<Integer> I = CpuLanes.ints();
  private static final int V = F.length();

  private VectorProducts() {}

  static void five(
      int[] weights,
      int at,
      Kernels.Product p,
      int[] start,
      int startAt,
      float[] in,
      int inAt,
      float[] out,
      int outAt,
      int vectors) {
    int rowStride = p.rowStride();
    int terms = p.terms();
    int outStride = p.outStride();
    for (int t = 0; t < vectors; t += 2) {
      FloatVector a0 = spread(start, startAt + 0);
      FloatVector b0 = a0;
      FloatVector a1 = spread(start, startAt + 1);
      FloatVector b1 = a1;
      FloatVector a2 = spread(start, startAt + 2);
      FloatVector b2 = a2;
      FloatVector a3 = spread(start, startAt + 3);
      FloatVector b3 = a3;
      FloatVector a4 = spread(start, startAt + 4);
      FloatVector b4 = a4;
      int w = at;
      int from = inAt + 2 * t * V;
      for (int k = 0; k < terms; k++) {
        FloatVector x = FloatVector.fromArray(F, in, from);
        FloatVector z = FloatVector.fromArray(F, in, from + 2 * V);
        FloatVector weight = spread(weights, w);
        a0 = weight.fma(x, a0);
        b0 = weight.fma(z, b0);
        weight = spread(weights, w + rowStride);
        a1 = weight.fma(x, a1);
        b1 = weight.fma(z, b1);
        weight = spread(weights, w + 2 * rowStride);
        a2 = weight.fma(x, a2);
        b2 = weight.fma(z, b2);
        weight = spread(weights, w + 3 * rowStride);
        a3 = weight.fma(x, a3);
        b3 = weight.fma(z, b3);
        weight = spread(weights, w + 4 * rowStride);
        a4 = weight.fma(x, a4);
        b4 = weight.fma(z, b4);
        w += p.termStride();
        from += p.inStride();
      }
      int to = outAt + 2 * t * V;
      store(a0, b0, out, to, p.adds());
      store(a1, b1, out, to + outStride, p.adds());
      store(a2, b2, out, to + 2 * outStride, p.adds());
      store(a3, b3, out, to + 3 * outStride, p.adds());
      store(a4, b4, out, to + 4 * outStride, p.adds());
    }
  }

  static void two(
      int[] weights,
      int at,
      Kernels.Product p,
      int[] start,
      int startAt,
      float[] in,
      int inAt,
      float[] out,
      int outAt,
      int vectors) {
    int rowStride = p.rowStride();
    int terms = p.terms();
    int outStride = p.outStride();
    for (int t = 0; t < vectors; t += 2) {
      FloatVector a0 = spread(start, startAt + 0);
      FloatVector b0 = a0;
      FloatVector a1 = spread(start, startAt + 1);
      FloatVector b1 = a1;
      int w = at;
      int from = inAt + 2 * t * V;
      for (int k = 0; k < terms; k++) {
        FloatVector x = FloatVector.fromArray(F, in, from);
        FloatVector z = FloatVector.fromArray(F, in, from + 2 * V);
        FloatVector weight = spread(weights, w);
        a0 = weight.fma(x, a0);
        b0 = weight.fma(z, b0);
        weight = spread(weights, w + rowStride);
        a1 = weight.fma(x, a1);
        b1 = weight.fma(z, b1);
        w += p.termStride();
        from += p.inStride();
      }
      int to = outAt + 2 * t * V;
      store(a0, b0, out, to, p.adds());
      store(a1, b1, out, to + outStride, p.adds());
    }
  }

  private static FloatVector spread(int[] bits, int at) {
    return IntVector.broadcast(I, bits[at]).reinterpretAsFloats();
  }

  /** Adding the old value, or zero, also turns −0 into +0. */
  private static void store(
      FloatVector first, FloatVector second, float[] out, int at, boolean adds) {
    if (adds) {
      first.add(FloatVector.fromArray(F, out, at)).intoArray(out, at);
      second.add(FloatVector.fromArray(F, out, at + 2 * V)).intoArray(out, at + 2 * V);
    } else {
      first.add(0f).intoArray(out, at);
      second.add(0f).intoArray(out, at + 2 * V);
    }
  }

  static void correlateFive(
      Kernels.Correlation c,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] sums,
      int at,
      int blocks) {
    int aStride = c.aStride();
    int bStride = c.bStride();
    int aSums = c.aSums();
    int bSums = c.bSums();
    FloatVector s0 = FloatVector.fromArray(F, sums, at);
    FloatVector z0 = FloatVector.fromArray(F, sums, at + bSums);
    FloatVector s1 = FloatVector.fromArray(F, sums, at + aSums);
    FloatVector z1 = FloatVector.fromArray(F, sums, at + aSums + bSums);
    FloatVector s2 = FloatVector.fromArray(F, sums, at + 2 * aSums);
    FloatVector z2 = FloatVector.fromArray(F, sums, at + 2 * aSums + bSums);
    FloatVector s3 = FloatVector.fromArray(F, sums, at + 3 * aSums);
    FloatVector z3 = FloatVector.fromArray(F, sums, at + 3 * aSums + bSums);
    FloatVector s4 = FloatVector.fromArray(F, sums, at + 4 * aSums);
    FloatVector z4 = FloatVector.fromArray(F, sums, at + 4 * aSums + bSums);
    int step = c.both() ? V : 2 * V;
    int length = 2 * blocks * V;
    for (int t = 0; t < length; t += step) {
      FloatVector y0 = FloatVector.fromArray(F, b, bAt + t);
      FloatVector y1 = FloatVector.fromArray(F, b, bAt + bStride + t);
      FloatVector x = FloatVector.fromArray(F, a, aAt + t);
      s0 = x.fma(y0, s0);
      z0 = x.fma(y1, z0);
      x = FloatVector.fromArray(F, a, aAt + aStride + t);
      s1 = x.fma(y0, s1);
      z1 = x.fma(y1, z1);
      x = FloatVector.fromArray(F, a, aAt + 2 * aStride + t);
      s2 = x.fma(y0, s2);
      z2 = x.fma(y1, z2);
      x = FloatVector.fromArray(F, a, aAt + 3 * aStride + t);
      s3 = x.fma(y0, s3);
      z3 = x.fma(y1, z3);
      x = FloatVector.fromArray(F, a, aAt + 4 * aStride + t);
      s4 = x.fma(y0, s4);
      z4 = x.fma(y1, z4);
    }
    s0.intoArray(sums, at);
    z0.intoArray(sums, at + bSums);
    s1.intoArray(sums, at + aSums);
    z1.intoArray(sums, at + aSums + bSums);
    s2.intoArray(sums, at + 2 * aSums);
    z2.intoArray(sums, at + 2 * aSums + bSums);
    s3.intoArray(sums, at + 3 * aSums);
    z3.intoArray(sums, at + 3 * aSums + bSums);
    s4.intoArray(sums, at + 4 * aSums);
    z4.intoArray(sums, at + 4 * aSums + bSums);
  }

  static void correlateTwo(
      Kernels.Correlation c,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] sums,
      int at,
      int blocks) {
    int aStride = c.aStride();
    int bStride = c.bStride();
    int aSums = c.aSums();
    int bSums = c.bSums();
    FloatVector s0 = FloatVector.fromArray(F, sums, at);
    FloatVector z0 = FloatVector.fromArray(F, sums, at + bSums);
    FloatVector s1 = FloatVector.fromArray(F, sums, at + aSums);
    FloatVector z1 = FloatVector.fromArray(F, sums, at + aSums + bSums);
    int step = c.both() ? V : 2 * V;
    int length = 2 * blocks * V;
    for (int t = 0; t < length; t += step) {
      FloatVector y0 = FloatVector.fromArray(F, b, bAt + t);
      FloatVector y1 = FloatVector.fromArray(F, b, bAt + bStride + t);
      FloatVector x = FloatVector.fromArray(F, a, aAt + t);
      s0 = x.fma(y0, s0);
      z0 = x.fma(y1, z0);
      x = FloatVector.fromArray(F, a, aAt + aStride + t);
      s1 = x.fma(y0, s1);
      z1 = x.fma(y1, z1);
    }
    s0.intoArray(sums, at);
    z0.intoArray(sums, at + bSums);
    s1.intoArray(sums, at + aSums);
    z1.intoArray(sums, at + aSums + bSums);
  }
}
