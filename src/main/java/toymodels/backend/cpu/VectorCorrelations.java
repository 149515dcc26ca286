package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Sums of products over samples, lane by lane, every sum in a register. */
final class VectorCorrelations {
  private static final VectorSpecies<Float> F = CpuLanes.floats();
  private static final int V = F.length();

  private VectorCorrelations() {}

  /** Twelve sums and three numbers: all that sixteen registers keep without a spill. */
  static void sixByTwo(
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] sums,
      int at,
      int count) {
    FloatVector s0 = FloatVector.fromArray(F, sums, at);
    FloatVector z0 = FloatVector.fromArray(F, sums, at + V);
    FloatVector s1 = FloatVector.fromArray(F, sums, at + 2 * V);
    FloatVector z1 = FloatVector.fromArray(F, sums, at + 3 * V);
    FloatVector s2 = FloatVector.fromArray(F, sums, at + 4 * V);
    FloatVector z2 = FloatVector.fromArray(F, sums, at + 5 * V);
    FloatVector s3 = FloatVector.fromArray(F, sums, at + 6 * V);
    FloatVector z3 = FloatVector.fromArray(F, sums, at + 7 * V);
    FloatVector s4 = FloatVector.fromArray(F, sums, at + 8 * V);
    FloatVector z4 = FloatVector.fromArray(F, sums, at + 9 * V);
    FloatVector s5 = FloatVector.fromArray(F, sums, at + 10 * V);
    FloatVector z5 = FloatVector.fromArray(F, sums, at + 11 * V);
    int from = aAt;
    int other = bAt;
    for (int t = 0; t < count; t++) {
      FloatVector y0 = FloatVector.fromArray(F, b, other);
      FloatVector y1 = FloatVector.fromArray(F, b, other + V);
      FloatVector x = FloatVector.fromArray(F, a, from);
      s0 = x.fma(y0, s0);
      z0 = x.fma(y1, z0);
      x = FloatVector.fromArray(F, a, from + V);
      s1 = x.fma(y0, s1);
      z1 = x.fma(y1, z1);
      x = FloatVector.fromArray(F, a, from + 2 * V);
      s2 = x.fma(y0, s2);
      z2 = x.fma(y1, z2);
      x = FloatVector.fromArray(F, a, from + 3 * V);
      s3 = x.fma(y0, s3);
      z3 = x.fma(y1, z3);
      x = FloatVector.fromArray(F, a, from + 4 * V);
      s4 = x.fma(y0, s4);
      z4 = x.fma(y1, z4);
      x = FloatVector.fromArray(F, a, from + 5 * V);
      s5 = x.fma(y0, s5);
      z5 = x.fma(y1, z5);
      from += aStep;
      other += bStep;
    }
    s0.intoArray(sums, at);
    z0.intoArray(sums, at + V);
    s1.intoArray(sums, at + 2 * V);
    z1.intoArray(sums, at + 3 * V);
    s2.intoArray(sums, at + 4 * V);
    z2.intoArray(sums, at + 5 * V);
    s3.intoArray(sums, at + 6 * V);
    z3.intoArray(sums, at + 7 * V);
    s4.intoArray(sums, at + 8 * V);
    z4.intoArray(sums, at + 9 * V);
    s5.intoArray(sums, at + 10 * V);
    z5.intoArray(sums, at + 11 * V);
  }

  /** Ten sums of one row: no odd number of rows is padded. */
  static void tenByOne(
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] sums,
      int at,
      int count) {
    FloatVector s0 = FloatVector.fromArray(F, sums, at);
    FloatVector s1 = FloatVector.fromArray(F, sums, at + V);
    FloatVector s2 = FloatVector.fromArray(F, sums, at + 2 * V);
    FloatVector s3 = FloatVector.fromArray(F, sums, at + 3 * V);
    FloatVector s4 = FloatVector.fromArray(F, sums, at + 4 * V);
    FloatVector s5 = FloatVector.fromArray(F, sums, at + 5 * V);
    FloatVector s6 = FloatVector.fromArray(F, sums, at + 6 * V);
    FloatVector s7 = FloatVector.fromArray(F, sums, at + 7 * V);
    FloatVector s8 = FloatVector.fromArray(F, sums, at + 8 * V);
    FloatVector s9 = FloatVector.fromArray(F, sums, at + 9 * V);
    int from = aAt;
    int other = bAt;
    for (int t = 0; t < count; t++) {
      FloatVector y = FloatVector.fromArray(F, b, other);
      s0 = y.fma(FloatVector.fromArray(F, a, from), s0);
      s1 = y.fma(FloatVector.fromArray(F, a, from + V), s1);
      s2 = y.fma(FloatVector.fromArray(F, a, from + 2 * V), s2);
      s3 = y.fma(FloatVector.fromArray(F, a, from + 3 * V), s3);
      s4 = y.fma(FloatVector.fromArray(F, a, from + 4 * V), s4);
      s5 = y.fma(FloatVector.fromArray(F, a, from + 5 * V), s5);
      s6 = y.fma(FloatVector.fromArray(F, a, from + 6 * V), s6);
      s7 = y.fma(FloatVector.fromArray(F, a, from + 7 * V), s7);
      s8 = y.fma(FloatVector.fromArray(F, a, from + 8 * V), s8);
      s9 = y.fma(FloatVector.fromArray(F, a, from + 9 * V), s9);
      from += aStep;
      other += bStep;
    }
    s0.intoArray(sums, at);
    s1.intoArray(sums, at + V);
    s2.intoArray(sums, at + 2 * V);
    s3.intoArray(sums, at + 3 * V);
    s4.intoArray(sums, at + 4 * V);
    s5.intoArray(sums, at + 5 * V);
    s6.intoArray(sums, at + 6 * V);
    s7.intoArray(sums, at + 7 * V);
    s8.intoArray(sums, at + 8 * V);
    s9.intoArray(sums, at + 9 * V);
  }

  /** The last four rows. */
  static void fourByTwo(
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] sums,
      int at,
      int count) {
    FloatVector s0 = FloatVector.fromArray(F, sums, at);
    FloatVector z0 = FloatVector.fromArray(F, sums, at + V);
    FloatVector s1 = FloatVector.fromArray(F, sums, at + 2 * V);
    FloatVector z1 = FloatVector.fromArray(F, sums, at + 3 * V);
    FloatVector s2 = FloatVector.fromArray(F, sums, at + 4 * V);
    FloatVector z2 = FloatVector.fromArray(F, sums, at + 5 * V);
    FloatVector s3 = FloatVector.fromArray(F, sums, at + 6 * V);
    FloatVector z3 = FloatVector.fromArray(F, sums, at + 7 * V);
    int from = aAt;
    int other = bAt;
    for (int t = 0; t < count; t++) {
      FloatVector y0 = FloatVector.fromArray(F, b, other);
      FloatVector y1 = FloatVector.fromArray(F, b, other + V);
      FloatVector x = FloatVector.fromArray(F, a, from);
      s0 = x.fma(y0, s0);
      z0 = x.fma(y1, z0);
      x = FloatVector.fromArray(F, a, from + V);
      s1 = x.fma(y0, s1);
      z1 = x.fma(y1, z1);
      x = FloatVector.fromArray(F, a, from + 2 * V);
      s2 = x.fma(y0, s2);
      z2 = x.fma(y1, z2);
      x = FloatVector.fromArray(F, a, from + 3 * V);
      s3 = x.fma(y0, s3);
      z3 = x.fma(y1, z3);
      from += aStep;
      other += bStep;
    }
    s0.intoArray(sums, at);
    z0.intoArray(sums, at + V);
    s1.intoArray(sums, at + 2 * V);
    z1.intoArray(sums, at + 3 * V);
    s2.intoArray(sums, at + 4 * V);
    z2.intoArray(sums, at + 5 * V);
    s3.intoArray(sums, at + 6 * V);
    z3.intoArray(sums, at + 7 * V);
  }

  /** The last two rows. */
  static void twoByTwo(
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] sums,
      int at,
      int count) {
    FloatVector s0 = FloatVector.fromArray(F, sums, at);
    FloatVector z0 = FloatVector.fromArray(F, sums, at + V);
    FloatVector s1 = FloatVector.fromArray(F, sums, at + 2 * V);
    FloatVector z1 = FloatVector.fromArray(F, sums, at + 3 * V);
    int from = aAt;
    int other = bAt;
    for (int t = 0; t < count; t++) {
      FloatVector y0 = FloatVector.fromArray(F, b, other);
      FloatVector y1 = FloatVector.fromArray(F, b, other + V);
      FloatVector x = FloatVector.fromArray(F, a, from);
      s0 = x.fma(y0, s0);
      z0 = x.fma(y1, z0);
      x = FloatVector.fromArray(F, a, from + V);
      s1 = x.fma(y0, s1);
      z1 = x.fma(y1, z1);
      from += aStep;
      other += bStep;
    }
    s0.intoArray(sums, at);
    z0.intoArray(sums, at + V);
    s1.intoArray(sums, at + 2 * V);
    z1.intoArray(sums, at + 3 * V);
  }

  /** Sums of neighbouring rows themselves, four at once. */
  static void addFour(float[] in, int inAt, int inStep, float[] sums, int at, int rounds) {
    FloatVector s0 = FloatVector.fromArray(F, sums, at);
    FloatVector s1 = FloatVector.fromArray(F, sums, at + V);
    FloatVector s2 = FloatVector.fromArray(F, sums, at + 2 * V);
    FloatVector s3 = FloatVector.fromArray(F, sums, at + 3 * V);
    int from = inAt;
    for (int t = 0; t < rounds; t++) {
      s0 = s0.add(FloatVector.fromArray(F, in, from));
      s1 = s1.add(FloatVector.fromArray(F, in, from + V));
      s2 = s2.add(FloatVector.fromArray(F, in, from + 2 * V));
      s3 = s3.add(FloatVector.fromArray(F, in, from + 3 * V));
      from += inStep;
    }
    s0.intoArray(sums, at);
    s1.intoArray(sums, at + V);
    s2.intoArray(sums, at + 2 * V);
    s3.intoArray(sums, at + 3 * V);
  }

  /** One sum; a row of them, or a step of one vector, also adds up losses. */
  static void addOne(float[] in, int inAt, int inStep, float[] sums, int at, int rounds) {
    FloatVector s = FloatVector.fromArray(F, sums, at);
    int from = inAt;
    for (int t = 0; t < rounds; t++) {
      s = s.add(FloatVector.fromArray(F, in, from));
      from += inStep;
    }
    s.intoArray(sums, at);
  }
}
