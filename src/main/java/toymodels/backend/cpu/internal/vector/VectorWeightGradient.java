package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Sums of products over samples, lane by lane, every sum in a register. */
final class VectorWeightGradient {
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();
  private static final int V = F.length();

  private VectorWeightGradient() {}

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

  /** Twenty sums, five numbers of b and one of a: for processors of 32 vector registers. */
  static void fourByFive(
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] sums,
      int at,
      int count) {
    FloatVector s00 = FloatVector.fromArray(F, sums, at);
    FloatVector s01 = FloatVector.fromArray(F, sums, at + V);
    FloatVector s02 = FloatVector.fromArray(F, sums, at + 2 * V);
    FloatVector s03 = FloatVector.fromArray(F, sums, at + 3 * V);
    FloatVector s04 = FloatVector.fromArray(F, sums, at + 4 * V);
    FloatVector s10 = FloatVector.fromArray(F, sums, at + 5 * V);
    FloatVector s11 = FloatVector.fromArray(F, sums, at + 6 * V);
    FloatVector s12 = FloatVector.fromArray(F, sums, at + 7 * V);
    FloatVector s13 = FloatVector.fromArray(F, sums, at + 8 * V);
    FloatVector s14 = FloatVector.fromArray(F, sums, at + 9 * V);
    FloatVector s20 = FloatVector.fromArray(F, sums, at + 10 * V);
    FloatVector s21 = FloatVector.fromArray(F, sums, at + 11 * V);
    FloatVector s22 = FloatVector.fromArray(F, sums, at + 12 * V);
    FloatVector s23 = FloatVector.fromArray(F, sums, at + 13 * V);
    FloatVector s24 = FloatVector.fromArray(F, sums, at + 14 * V);
    FloatVector s30 = FloatVector.fromArray(F, sums, at + 15 * V);
    FloatVector s31 = FloatVector.fromArray(F, sums, at + 16 * V);
    FloatVector s32 = FloatVector.fromArray(F, sums, at + 17 * V);
    FloatVector s33 = FloatVector.fromArray(F, sums, at + 18 * V);
    FloatVector s34 = FloatVector.fromArray(F, sums, at + 19 * V);
    int from = aAt;
    int other = bAt;
    for (int t = 0; t < count; t++) {
      FloatVector y0 = FloatVector.fromArray(F, b, other);
      FloatVector y1 = FloatVector.fromArray(F, b, other + V);
      FloatVector y2 = FloatVector.fromArray(F, b, other + 2 * V);
      FloatVector y3 = FloatVector.fromArray(F, b, other + 3 * V);
      FloatVector y4 = FloatVector.fromArray(F, b, other + 4 * V);
      FloatVector x = FloatVector.fromArray(F, a, from);
      s00 = x.fma(y0, s00);
      s01 = x.fma(y1, s01);
      s02 = x.fma(y2, s02);
      s03 = x.fma(y3, s03);
      s04 = x.fma(y4, s04);
      x = FloatVector.fromArray(F, a, from + V);
      s10 = x.fma(y0, s10);
      s11 = x.fma(y1, s11);
      s12 = x.fma(y2, s12);
      s13 = x.fma(y3, s13);
      s14 = x.fma(y4, s14);
      x = FloatVector.fromArray(F, a, from + 2 * V);
      s20 = x.fma(y0, s20);
      s21 = x.fma(y1, s21);
      s22 = x.fma(y2, s22);
      s23 = x.fma(y3, s23);
      s24 = x.fma(y4, s24);
      x = FloatVector.fromArray(F, a, from + 3 * V);
      s30 = x.fma(y0, s30);
      s31 = x.fma(y1, s31);
      s32 = x.fma(y2, s32);
      s33 = x.fma(y3, s33);
      s34 = x.fma(y4, s34);
      from += aStep;
      other += bStep;
    }
    s00.intoArray(sums, at);
    s01.intoArray(sums, at + V);
    s02.intoArray(sums, at + 2 * V);
    s03.intoArray(sums, at + 3 * V);
    s04.intoArray(sums, at + 4 * V);
    s10.intoArray(sums, at + 5 * V);
    s11.intoArray(sums, at + 6 * V);
    s12.intoArray(sums, at + 7 * V);
    s13.intoArray(sums, at + 8 * V);
    s14.intoArray(sums, at + 9 * V);
    s20.intoArray(sums, at + 10 * V);
    s21.intoArray(sums, at + 11 * V);
    s22.intoArray(sums, at + 12 * V);
    s23.intoArray(sums, at + 13 * V);
    s24.intoArray(sums, at + 14 * V);
    s30.intoArray(sums, at + 15 * V);
    s31.intoArray(sums, at + 16 * V);
    s32.intoArray(sums, at + 17 * V);
    s33.intoArray(sums, at + 18 * V);
    s34.intoArray(sums, at + 19 * V);
  }
}
