package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.internal.dense.Kernels;

/**
 * {@link Kernels#twoHidden} on vector units. A vector takes a loop over features into both hidden
 * units, and one from them to outputs, errors and back, so that h and dh never leave registers.
 */
final class VectorTwoHidden {
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();
  private static final int V = F.length();
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;

  private VectorTwoHidden() {}

  static void pass(
      boolean linear,
      int features,
      float[] w,
      float[] biases,
      float[] importance,
      float[] d,
      int half,
      float[] hidden,
      float[] loss,
      int vectors) {
    FloatVector zero = FloatVector.zero(F);
    int end = features * V;
    for (int t = 0; t < vectors; t++) {
      int row = ARRAY_OFFSET + 2 * t * half;
      FloatVector h0 = zero;
      FloatVector h1 = zero;
      for (int i = 0; i < end; i += V) {
        FloatVector x = FloatVector.fromArray(F, d, row + half + i);
        h0 = x.fma(FloatVector.fromArray(F, w, ARRAY_OFFSET + 2 * i), h0);
        h1 = x.fma(FloatVector.fromArray(F, w, ARRAY_OFFSET + 2 * i + V), h1);
      }
      h0 = h0.add(zero);
      h1 = h1.add(zero);
      FloatVector back0 = zero;
      FloatVector back1 = zero;
      FloatVector sum = zero;
      for (int i = 0; i < end; i += V) {
        FloatVector w0 = FloatVector.fromArray(F, w, ARRAY_OFFSET + 2 * i);
        FloatVector w1 = FloatVector.fromArray(F, w, ARRAY_OFFSET + 2 * i + V);
        FloatVector pre =
            h1.fma(w1, h0.fma(w0, FloatVector.fromArray(F, biases, ARRAY_OFFSET + i))).add(zero);
        VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
        FloatVector e =
            (linear ? pre : zero.blend(pre, passes))
                .sub(FloatVector.fromArray(F, d, row + half + i));
        FloatVector weighted = e.mul(FloatVector.fromArray(F, importance, ARRAY_OFFSET + i));
        sum = weighted.fma(e, sum);
        weighted = linear ? weighted : zero.blend(weighted, passes);
        weighted.intoArray(d, row + i);
        back0 = weighted.fma(w0, back0);
        back1 = weighted.fma(w1, back1);
      }
      int to = ARRAY_OFFSET + 4 * t * V;
      h0.intoArray(hidden, to);
      h1.intoArray(hidden, to + V);
      back0.add(zero).intoArray(hidden, to + 2 * V);
      back1.add(zero).intoArray(hidden, to + 3 * V);
      sum.intoArray(loss, ARRAY_OFFSET + t * V);
    }
  }
}
