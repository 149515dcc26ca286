package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops that hold most of the arithmetic, written out so that every sum is a local
 * variable and stays in a register: four or two rows by two vectors. Eight sums hide the latency of
 * a fused multiply-add; with the six numbers that they take they fit sixteen vector registers, even
 * when the compiler loads all six first.
 */
final class VectorProducts {
  private static final VectorSpecies<Float> F = CpuLanes.floats();
  private static final VectorSpecies<Integer> I = CpuLanes.ints();
  private static final int V = F.length();
  private static final float[] ZEROS = new float[V];

  private VectorProducts() {}

  static void four(
      int[] weights,
      int at,
      Kernels.Product p,
      float[] start,
      int startAt,
      float[] in,
      int inAt,
      float[] out,
      int outAt,
      int vectors) {
    int end = at + 4 * p.terms();
    float[] base = p.adds() ? out : ZEROS;
    int baseStride = p.adds() ? 1 : 0;
    for (int t = 0; t < vectors; t += 2) {
      int from = inAt + 2 * t * V;
      FloatVector a0 = FloatVector.fromArray(F, start, startAt);
      FloatVector b0 = a0;
      FloatVector a1 = FloatVector.fromArray(F, start, startAt + V);
      FloatVector b1 = a1;
      FloatVector a2 = FloatVector.fromArray(F, start, startAt + 2 * V);
      FloatVector b2 = a2;
      FloatVector a3 = FloatVector.fromArray(F, start, startAt + 3 * V);
      FloatVector b3 = a3;
      for (int w = at; w < end; w += 4) {
        FloatVector x = FloatVector.fromArray(F, in, from);
        FloatVector z = FloatVector.fromArray(F, in, from + 2 * V);
        FloatVector weight = spread(weights, w);
        a0 = weight.fma(x, a0);
        b0 = weight.fma(z, b0);
        weight = spread(weights, w + 1);
        a1 = weight.fma(x, a1);
        b1 = weight.fma(z, b1);
        weight = spread(weights, w + 2);
        a2 = weight.fma(x, a2);
        b2 = weight.fma(z, b2);
        weight = spread(weights, w + 3);
        a3 = weight.fma(x, a3);
        b3 = weight.fma(z, b3);
        from += p.inStride();
      }
      int to = outAt + 2 * t * V;
      store(a0, base, to * baseStride, out, to);
      store(b0, base, (to + 2 * V) * baseStride, out, to + 2 * V);
      to += p.outStride();
      store(a1, base, to * baseStride, out, to);
      store(b1, base, (to + 2 * V) * baseStride, out, to + 2 * V);
      to += p.outStride();
      store(a2, base, to * baseStride, out, to);
      store(b2, base, (to + 2 * V) * baseStride, out, to + 2 * V);
      to += p.outStride();
      store(a3, base, to * baseStride, out, to);
      store(b3, base, (to + 2 * V) * baseStride, out, to + 2 * V);
    }
  }

  static void two(
      int[] weights,
      int at,
      Kernels.Product p,
      float[] start,
      int startAt,
      float[] in,
      int inAt,
      float[] out,
      int outAt,
      int vectors) {
    int end = at + 2 * p.terms();
    float[] base = p.adds() ? out : ZEROS;
    int baseStride = p.adds() ? 1 : 0;
    for (int t = 0; t < vectors; t += 2) {
      int from = inAt + 2 * t * V;
      FloatVector a0 = FloatVector.fromArray(F, start, startAt);
      FloatVector b0 = a0;
      FloatVector a1 = FloatVector.fromArray(F, start, startAt + V);
      FloatVector b1 = a1;
      for (int w = at; w < end; w += 2) {
        FloatVector x = FloatVector.fromArray(F, in, from);
        FloatVector z = FloatVector.fromArray(F, in, from + 2 * V);
        FloatVector weight = spread(weights, w);
        a0 = weight.fma(x, a0);
        b0 = weight.fma(z, b0);
        weight = spread(weights, w + 1);
        a1 = weight.fma(x, a1);
        b1 = weight.fma(z, b1);
        from += p.inStride();
      }
      int to = outAt + 2 * t * V;
      store(a0, base, to * baseStride, out, to);
      store(b0, base, (to + 2 * V) * baseStride, out, to + 2 * V);
      to += p.outStride();
      store(a1, base, to * baseStride, out, to);
      store(b1, base, (to + 2 * V) * baseStride, out, to + 2 * V);
    }
  }

  private static FloatVector spread(int[] bits, int at) {
    return IntVector.broadcast(I, bits[at]).reinterpretAsFloats();
  }

  /** Adding the old value, or zero, also turns −0 into +0. */
  private static void store(FloatVector sum, float[] base, int baseAt, float[] out, int at) {
    sum.add(FloatVector.fromArray(F, base, baseAt)).intoArray(out, at);
  }

  static void correlateFour(
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
    }
    s0.intoArray(sums, at);
    z0.intoArray(sums, at + bSums);
    s1.intoArray(sums, at + aSums);
    z1.intoArray(sums, at + aSums + bSums);
    s2.intoArray(sums, at + 2 * aSums);
    z2.intoArray(sums, at + 2 * aSums + bSums);
    s3.intoArray(sums, at + 3 * aSums);
    z3.intoArray(sums, at + 3 * aSums + bSums);
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
