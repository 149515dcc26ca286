package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.internal.dense.Kernels.Feature;

/**
 * Draws random words and turns them into inputs on vector units: {@code data/Xoshiro} and {@code
 * data/Inputs.value}, a vector at a time. Loops are flat: in a nested one the generators would
 * leave their registers.
 */
final class VectorInputs {
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();
  private static final VectorSpecies<Integer> I = VectorSpeciesChoice.ints();
  private static final int V = F.length();
  private static final int ONE = Float.floatToRawIntBits(1f);

  private VectorInputs() {}

  static void words(
      int[] state, int at, int draws, int count, int[] words, int to, int stride, int step) {
    IntVector s0 = IntVector.fromArray(I, state, at);
    IntVector s1 = IntVector.fromArray(I, state, at + V);
    IntVector s2 = IntVector.fromArray(I, state, at + 2 * V);
    IntVector s3 = IntVector.fromArray(I, state, at + 3 * V);
    int row = to;
    int wrap = step - draws * stride;
    int d = draws;
    for (int i = draws * count; i > 0; i--) {
      IntVector sum = s0.add(s3);
      sum.lanewise(VectorOperators.LSHL, 7)
          .lanewise(VectorOperators.OR, sum.lanewise(VectorOperators.LSHR, 25))
          .add(s0)
          .intoArray(words, row);
      IntVector shifted = s1.lanewise(VectorOperators.LSHL, 9);
      s2 = s2.lanewise(VectorOperators.XOR, s0);
      s3 = s3.lanewise(VectorOperators.XOR, s1);
      s1 = s1.lanewise(VectorOperators.XOR, s2);
      s0 = s0.lanewise(VectorOperators.XOR, s3);
      s2 = s2.lanewise(VectorOperators.XOR, shifted);
      s3 =
          s3.lanewise(VectorOperators.LSHL, 11)
              .lanewise(VectorOperators.OR, s3.lanewise(VectorOperators.LSHR, 21));
      row += stride;
      if (--d == 0) {
        d = draws;
        row += wrap;
      }
    }
    s0.intoArray(state, at);
    s1.intoArray(state, at + V);
    s2.intoArray(state, at + 2 * V);
    s3.intoArray(state, at + 3 * V);
  }

  /** Unsigned values of independent features: most of all, and never stored as words. */
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
    IntVector s0 = IntVector.fromArray(I, state, at);
    IntVector s1 = IntVector.fromArray(I, state, at + V);
    IntVector s2 = IntVector.fromArray(I, state, at + 2 * V);
    IntVector s3 = IntVector.fromArray(I, state, at + 3 * V);
    IntVector one = IntVector.broadcast(I, ONE);
    int row = to;
    int wrap = step - draws * stride;
    int d = draws;
    int feature = featureAt;
    for (int i = draws * count; i > 0; i--) {
      IntVector sum = s0.add(s3);
      IntVector w =
          sum.lanewise(VectorOperators.LSHL, 7)
              .lanewise(VectorOperators.OR, sum.lanewise(VectorOperators.LSHR, 25))
              .add(s0)
              .lanewise(VectorOperators.LSHR, 1);
      FloatVector magnitude =
          (FloatVector)
              w.sub(IntVector.fromArray(I, thresholds, feature))
                  .lanewise(VectorOperators.ASHR, 31)
                  .lanewise(VectorOperators.AND, w)
                  .convert(VectorOperators.I2F, 0);
      // Positive floats are ordered as their bits are.
      magnitude
          .mul(FloatVector.fromArray(F, scales, feature))
          .reinterpretAsInts()
          .min(one)
          .reinterpretAsFloats()
          .intoArray(x, row);
      IntVector shifted = s1.lanewise(VectorOperators.LSHL, 9);
      s2 = s2.lanewise(VectorOperators.XOR, s0);
      s3 = s3.lanewise(VectorOperators.XOR, s1);
      s1 = s1.lanewise(VectorOperators.XOR, s2);
      s0 = s0.lanewise(VectorOperators.XOR, s3);
      s2 = s2.lanewise(VectorOperators.XOR, shifted);
      s3 =
          s3.lanewise(VectorOperators.LSHL, 11)
              .lanewise(VectorOperators.OR, s3.lanewise(VectorOperators.LSHR, 21));
      row += stride;
      feature += stride;
      if (--d == 0) {
        d = draws;
        row += wrap;
        feature = featureAt;
      }
    }
    s0.intoArray(state, at);
    s1.intoArray(state, at + V);
    s2.intoArray(state, at + 2 * V);
    s3.intoArray(state, at + 3 * V);
  }

  static void coupled(
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
    IntVector threshold = IntVector.broadcast(I, f.threshold());
    IntVector offset = IntVector.broadcast(I, f.offset());
    FloatVector scale = FloatVector.broadcast(F, f.scale());
    IntVector signs = IntVector.broadcast(I, f.signed() ? 1 : 0);
    IntVector one = IntVector.broadcast(I, ONE);
    for (int t = 0; t < vectors; t++) {
      IntVector w =
          IntVector.fromArray(I, gate, gateAt + t * gateStep)
              .lanewise(VectorOperators.LSHR, 1)
              .sub(offset);
      IntVector active =
          w.sub(threshold)
              .lanewise(VectorOperators.ASHR, 31)
              .lanewise(VectorOperators.AND_NOT, w.lanewise(VectorOperators.ASHR, 31));
      IntVector word = IntVector.fromArray(I, value, valueAt + t * valueStep);
      FloatVector magnitude =
          (FloatVector)
              word.lanewise(VectorOperators.LSHR, 1)
                  .sub(offset)
                  .lanewise(VectorOperators.AND, active)
                  .convert(VectorOperators.I2F, 0);
      IntVector bits = magnitude.mul(scale).reinterpretAsInts().min(one);
      IntVector sign =
          word.lanewise(VectorOperators.AND, signs)
              .lanewise(VectorOperators.AND, active)
              .lanewise(VectorOperators.LSHL, 31);
      bits.lanewise(VectorOperators.XOR, sign).reinterpretAsFloats().intoArray(x, xAt + t * xStep);
    }
  }
}
