package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.Kernels.Feature;

/**
 * Turns random words into inputs on vector units: {@code data/Inputs.value}, a vector at a time.
 */
final class VectorInputs {
  private static final VectorSpecies<Float> F = CpuLanes.floats();
  private static final VectorSpecies<Integer> I = CpuLanes.ints();
  private static final int V = F.length();
  private static final int ONE = Float.floatToRawIntBits(1f);

  private VectorInputs() {}

  /** Unsigned values of an independent feature: most of all, and half the work. */
  static void plain(int[] words, int at, Feature f, float[] x, int xAt, int vectors) {
    IntVector threshold = IntVector.broadcast(I, f.threshold());
    FloatVector scale = FloatVector.broadcast(F, f.scale());
    IntVector one = IntVector.broadcast(I, ONE);
    for (int t = 0; t < vectors; t++) {
      IntVector w = IntVector.fromArray(I, words, at + t * V).lanewise(VectorOperators.LSHR, 1);
      FloatVector magnitude =
          (FloatVector)
              w.sub(threshold)
                  .lanewise(VectorOperators.ASHR, 31)
                  .lanewise(VectorOperators.AND, w)
                  .convert(VectorOperators.I2F, 0);
      // Positive floats are ordered as their bits are.
      magnitude
          .mul(scale)
          .reinterpretAsInts()
          .min(one)
          .reinterpretAsFloats()
          .intoArray(x, xAt + 2 * t * V);
    }
  }

  static void coupled(
      int[] gate,
      int gateAt,
      int[] value,
      int valueAt,
      Feature f,
      float[] x,
      int xAt,
      int vectors) {
    IntVector threshold = IntVector.broadcast(I, f.threshold());
    IntVector offset = IntVector.broadcast(I, f.offset());
    FloatVector scale = FloatVector.broadcast(F, f.scale());
    IntVector signs = IntVector.broadcast(I, f.signed() ? 1 : 0);
    IntVector one = IntVector.broadcast(I, ONE);
    for (int t = 0; t < vectors; t++) {
      IntVector w =
          IntVector.fromArray(I, gate, gateAt + t * V)
              .lanewise(VectorOperators.LSHR, 1)
              .sub(offset);
      IntVector active =
          w.sub(threshold)
              .lanewise(VectorOperators.ASHR, 31)
              .lanewise(VectorOperators.AND_NOT, w.lanewise(VectorOperators.ASHR, 31));
      IntVector word = IntVector.fromArray(I, value, valueAt + t * V);
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
      bits.lanewise(VectorOperators.XOR, sign).reinterpretAsFloats().intoArray(x, xAt + 2 * t * V);
    }
  }
}
