package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.Kernels.Output;

/** Turns pre-activations into errors and losses, one vector after the other. */
final class VectorErrors {
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();
  private static final VectorSpecies<Integer> I = VectorSpeciesChoice.ints();
  private static final int V = F.length();
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;

  private VectorErrors() {}

  static void oneLane(
      Output output,
      int features,
      float[] importance,
      float[] d,
      int at,
      int xAt,
      int step,
      float[] loss,
      int vectors) {
    FloatVector zero = FloatVector.zero(F);
    IntVector magnitude = IntVector.broadcast(I, output.absolute() ? Integer.MAX_VALUE : -1);
    boolean linear = output.linear();
    int end = features * V;
    for (int t = 0; t < vectors; t++) {
      int row = at + t * step;
      int inputs = xAt + t * step;
      FloatVector sum = zero;
      for (int i = 0; i < end; i += V) {
        FloatVector pre = FloatVector.fromArray(F, d, row + i);
        FloatVector target =
            FloatVector.fromArray(F, d, inputs + i)
                .reinterpretAsInts()
                .lanewise(VectorOperators.AND, magnitude)
                .reinterpretAsFloats();
        VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
        FloatVector e = (linear ? pre : zero.blend(pre, passes)).sub(target);
        FloatVector weighted = e.mul(FloatVector.fromArray(F, importance, ARRAY_OFFSET + i));
        (linear ? weighted : zero.blend(weighted, passes)).intoArray(d, row + i);
        sum = weighted.fma(e, sum);
      }
      sum.intoArray(loss, ARRAY_OFFSET + t * V);
    }
  }

  /** Features by pairs, one of each feature lane. */
  static void twoLanes(
      Output output,
      int features,
      float[] importance,
      float[] d,
      int at,
      int xAt,
      int step,
      float[] loss,
      int vectors) {
    FloatVector zero = FloatVector.zero(F);
    IntVector magnitude = IntVector.broadcast(I, output.absolute() ? Integer.MAX_VALUE : -1);
    boolean linear = output.linear();
    int end = features * V;
    for (int t = 0; t < vectors; t++) {
      int row = at + t * step;
      int inputs = xAt + t * step;
      FloatVector even = zero;
      FloatVector odd = zero;
      for (int i = 0; i < end; i += 2 * V) {
        FloatVector pre = FloatVector.fromArray(F, d, row + i);
        FloatVector target =
            FloatVector.fromArray(F, d, inputs + i)
                .reinterpretAsInts()
                .lanewise(VectorOperators.AND, magnitude)
                .reinterpretAsFloats();
        VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
        FloatVector e = (linear ? pre : zero.blend(pre, passes)).sub(target);
        FloatVector weighted = e.mul(FloatVector.fromArray(F, importance, ARRAY_OFFSET + i));
        (linear ? weighted : zero.blend(weighted, passes)).intoArray(d, row + i);
        even = weighted.fma(e, even);
        pre = FloatVector.fromArray(F, d, row + i + V);
        target =
            FloatVector.fromArray(F, d, inputs + i + V)
                .reinterpretAsInts()
                .lanewise(VectorOperators.AND, magnitude)
                .reinterpretAsFloats();
        passes = pre.compare(VectorOperators.GT, 0f);
        e = (linear ? pre : zero.blend(pre, passes)).sub(target);
        weighted = e.mul(FloatVector.fromArray(F, importance, ARRAY_OFFSET + i + V));
        (linear ? weighted : zero.blend(weighted, passes)).intoArray(d, row + i + V);
        odd = weighted.fma(e, odd);
      }
      even.intoArray(loss, ARRAY_OFFSET + 2 * t * V);
      odd.intoArray(loss, ARRAY_OFFSET + (2 * t + 1) * V);
    }
  }
}
