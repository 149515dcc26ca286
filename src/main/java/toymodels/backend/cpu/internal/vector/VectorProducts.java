package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weighted sums of neighbouring vectors, written out so that every sum is a local variable and
 * stays in a register. Weights of few terms stand in memory V times each: the multiply-add then
 * reads its weight itself, no register holds it, and ten sums hide the latency of an addition.
 * Adding zero in the end turns −0 into +0.
 */
final class VectorProducts {
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();
  private static final int V = F.length();

  private VectorProducts() {}

  static void ten(
      float[] w,
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
    FloatVector zero = FloatVector.zero(F);
    int end = terms * V;
    for (int t = 0; t < vectors; t++) {
      FloatVector s0 = FloatVector.fromArray(F, start, startAt);
      FloatVector s1 = FloatVector.fromArray(F, start, startAt + V);
      FloatVector s2 = FloatVector.fromArray(F, start, startAt + 2 * V);
      FloatVector s3 = FloatVector.fromArray(F, start, startAt + 3 * V);
      FloatVector s4 = FloatVector.fromArray(F, start, startAt + 4 * V);
      FloatVector s5 = FloatVector.fromArray(F, start, startAt + 5 * V);
      FloatVector s6 = FloatVector.fromArray(F, start, startAt + 6 * V);
      FloatVector s7 = FloatVector.fromArray(F, start, startAt + 7 * V);
      FloatVector s8 = FloatVector.fromArray(F, start, startAt + 8 * V);
      FloatVector s9 = FloatVector.fromArray(F, start, startAt + 9 * V);
      int from = inAt + t * inStep;
      for (int k = 0; k < end; k += V) {
        FloatVector x = FloatVector.fromArray(F, in, from + k);
        int r = at + 10 * k;
        s0 = x.fma(FloatVector.fromArray(F, w, r), s0);
        s1 = x.fma(FloatVector.fromArray(F, w, r + V), s1);
        s2 = x.fma(FloatVector.fromArray(F, w, r + 2 * V), s2);
        s3 = x.fma(FloatVector.fromArray(F, w, r + 3 * V), s3);
        s4 = x.fma(FloatVector.fromArray(F, w, r + 4 * V), s4);
        s5 = x.fma(FloatVector.fromArray(F, w, r + 5 * V), s5);
        s6 = x.fma(FloatVector.fromArray(F, w, r + 6 * V), s6);
        s7 = x.fma(FloatVector.fromArray(F, w, r + 7 * V), s7);
        s8 = x.fma(FloatVector.fromArray(F, w, r + 8 * V), s8);
        s9 = x.fma(FloatVector.fromArray(F, w, r + 9 * V), s9);
      }
      int to = outAt + t * outStep;
      s0.add(zero).intoArray(out, to);
      s1.add(zero).intoArray(out, to + V);
      s2.add(zero).intoArray(out, to + 2 * V);
      s3.add(zero).intoArray(out, to + 3 * V);
      s4.add(zero).intoArray(out, to + 4 * V);
      s5.add(zero).intoArray(out, to + 5 * V);
      s6.add(zero).intoArray(out, to + 6 * V);
      s7.add(zero).intoArray(out, to + 7 * V);
      s8.add(zero).intoArray(out, to + 8 * V);
      s9.add(zero).intoArray(out, to + 9 * V);
    }
  }

  static void four(
      float[] w,
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
    FloatVector zero = FloatVector.zero(F);
    int end = terms * V;
    for (int t = 0; t < vectors; t++) {
      FloatVector s0 = FloatVector.fromArray(F, start, startAt);
      FloatVector s1 = FloatVector.fromArray(F, start, startAt + V);
      FloatVector s2 = FloatVector.fromArray(F, start, startAt + 2 * V);
      FloatVector s3 = FloatVector.fromArray(F, start, startAt + 3 * V);
      int from = inAt + t * inStep;
      for (int k = 0; k < end; k += V) {
        FloatVector x = FloatVector.fromArray(F, in, from + k);
        int r = at + 4 * k;
        s0 = x.fma(FloatVector.fromArray(F, w, r), s0);
        s1 = x.fma(FloatVector.fromArray(F, w, r + V), s1);
        s2 = x.fma(FloatVector.fromArray(F, w, r + 2 * V), s2);
        s3 = x.fma(FloatVector.fromArray(F, w, r + 3 * V), s3);
      }
      int to = outAt + t * outStep;
      s0.add(zero).intoArray(out, to);
      s1.add(zero).intoArray(out, to + V);
      s2.add(zero).intoArray(out, to + 2 * V);
      s3.add(zero).intoArray(out, to + 3 * V);
    }
  }

  static void two(
      float[] w,
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
    FloatVector zero = FloatVector.zero(F);
    int end = terms * V;
    for (int t = 0; t < vectors; t++) {
      FloatVector s0 = FloatVector.fromArray(F, start, startAt);
      FloatVector s1 = FloatVector.fromArray(F, start, startAt + V);
      int from = inAt + t * inStep;
      for (int k = 0; k < end; k += V) {
        FloatVector x = FloatVector.fromArray(F, in, from + k);
        int r = at + 2 * k;
        s0 = x.fma(FloatVector.fromArray(F, w, r), s0);
        s1 = x.fma(FloatVector.fromArray(F, w, r + V), s1);
      }
      int to = outAt + t * outStep;
      s0.add(zero).intoArray(out, to);
      s1.add(zero).intoArray(out, to + V);
    }
  }

  static void pairedFive(
      float[] w,
      int at,
      int pairs,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep,
      int vectors) {
    FloatVector zero = FloatVector.zero(F);
    int end = 2 * pairs * V;
    for (int t = 0; t < vectors; t++) {
      FloatVector s0 = zero;
      FloatVector s1 = zero;
      FloatVector s2 = zero;
      FloatVector s3 = zero;
      FloatVector s4 = zero;
      FloatVector z0 = zero;
      FloatVector z1 = zero;
      FloatVector z2 = zero;
      FloatVector z3 = zero;
      FloatVector z4 = zero;
      int from = inAt + t * inStep;
      for (int k = 0; k < end; k += 2 * V) {
        FloatVector x = FloatVector.fromArray(F, in, from + k);
        int r = at + 5 * k;
        s0 = x.fma(FloatVector.fromArray(F, w, r), s0);
        s1 = x.fma(FloatVector.fromArray(F, w, r + V), s1);
        s2 = x.fma(FloatVector.fromArray(F, w, r + 2 * V), s2);
        s3 = x.fma(FloatVector.fromArray(F, w, r + 3 * V), s3);
        s4 = x.fma(FloatVector.fromArray(F, w, r + 4 * V), s4);
        x = FloatVector.fromArray(F, in, from + k + V);
        z0 = x.fma(FloatVector.fromArray(F, w, r + 5 * V), z0);
        z1 = x.fma(FloatVector.fromArray(F, w, r + 6 * V), z1);
        z2 = x.fma(FloatVector.fromArray(F, w, r + 7 * V), z2);
        z3 = x.fma(FloatVector.fromArray(F, w, r + 8 * V), z3);
        z4 = x.fma(FloatVector.fromArray(F, w, r + 9 * V), z4);
      }
      int to = outAt + t * outStep;
      s0.add(z0).add(zero).intoArray(out, to);
      s1.add(z1).add(zero).intoArray(out, to + V);
      s2.add(z2).add(zero).intoArray(out, to + 2 * V);
      s3.add(z3).add(zero).intoArray(out, to + 3 * V);
      s4.add(z4).add(zero).intoArray(out, to + 4 * V);
    }
  }

  static void pairedTwo(
      float[] w,
      int at,
      int pairs,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep,
      int vectors) {
    FloatVector zero = FloatVector.zero(F);
    int end = 2 * pairs * V;
    for (int t = 0; t < vectors; t++) {
      FloatVector s0 = zero;
      FloatVector s1 = zero;
      FloatVector z0 = zero;
      FloatVector z1 = zero;
      int from = inAt + t * inStep;
      for (int k = 0; k < end; k += 2 * V) {
        FloatVector x = FloatVector.fromArray(F, in, from + k);
        int r = at + 2 * k;
        s0 = x.fma(FloatVector.fromArray(F, w, r), s0);
        s1 = x.fma(FloatVector.fromArray(F, w, r + V), s1);
        x = FloatVector.fromArray(F, in, from + k + V);
        z0 = x.fma(FloatVector.fromArray(F, w, r + 2 * V), z0);
        z1 = x.fma(FloatVector.fromArray(F, w, r + 3 * V), z1);
      }
      int to = outAt + t * outStep;
      s0.add(z0).add(zero).intoArray(out, to);
      s1.add(z1).add(zero).intoArray(out, to + V);
    }
  }
}
