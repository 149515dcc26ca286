package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.Kernels.Output;

/** Turns pre-activations into errors and losses, a round after the other. */
final class VectorErrors {
  private static final VectorSpecies<Float> F = CpuLanes.floats();
  private static final VectorSpecies<Integer> I = CpuLanes.ints();
  private static final int V = F.length();
  private static final int START = Kernels.START;

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
      int rounds) {
    FloatVector zero = FloatVector.zero(F);
    IntVector magnitude = IntVector.broadcast(I, output.absolute() ? Integer.MAX_VALUE : -1);
    boolean linear = output.linear();
    int end = features * V;
    for (int t = 0; t < rounds; t++) {
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
        FloatVector weighted = e.mul(FloatVector.fromArray(F, importance, START + i));
        (linear ? weighted : zero.blend(weighted, passes)).intoArray(d, row + i);
        sum = weighted.fma(e, sum);
      }
      sum.intoArray(loss, START + t * V);
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
      int rounds) {
    FloatVector zero = FloatVector.zero(F);
    IntVector magnitude = IntVector.broadcast(I, output.absolute() ? Integer.MAX_VALUE : -1);
    boolean linear = output.linear();
    int end = features * V;
    for (int t = 0; t < rounds; t++) {
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
        FloatVector weighted = e.mul(FloatVector.fromArray(F, importance, START + i));
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
        weighted = e.mul(FloatVector.fromArray(F, importance, START + i + V));
        (linear ? weighted : zero.blend(weighted, passes)).intoArray(d, row + i + V);
        odd = weighted.fma(e, odd);
      }
      even.intoArray(loss, START + 2 * t * V);
      odd.intoArray(loss, START + (2 * t + 1) * V);
    }
  }
}
