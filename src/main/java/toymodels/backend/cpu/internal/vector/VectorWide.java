package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weighted sums of many terms: four or two rows by two vectors. Eight sums hide the latency of a
 * fused multiply-add; with the six numbers that they take they fit sixteen vector registers, even
 * when the compiler loads all six first. Weights are broadcast as integers: JDK 17 takes a float
 * through a general register, but loads an integer into all lanes at once.
 */
final class VectorWide {
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();
  private static final VectorSpecies<Integer> I = VectorSpeciesChoice.ints();
  private static final int V = F.length();

  private VectorWide() {}

  static void four(
      int[] weights,
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
    for (int t = 0; t < vectors; t += 2) {
      FloatVector a0 = FloatVector.fromArray(F, start, startAt);
      FloatVector b0 = a0;
      FloatVector a1 = FloatVector.fromArray(F, start, startAt + V);
      FloatVector b1 = a1;
      FloatVector a2 = FloatVector.fromArray(F, start, startAt + 2 * V);
      FloatVector b2 = a2;
      FloatVector a3 = FloatVector.fromArray(F, start, startAt + 3 * V);
      FloatVector b3 = a3;
      int from = inAt + t * inStep;
      int other = from + inStep;
      int w = at;
      for (int k = 0; k < terms; k++) {
        FloatVector x = FloatVector.fromArray(F, in, from + k * V);
        FloatVector z = FloatVector.fromArray(F, in, other + k * V);
        FloatVector weight = IntVector.broadcast(I, weights[w]).reinterpretAsFloats();
        a0 = weight.fma(x, a0);
        b0 = weight.fma(z, b0);
        weight = IntVector.broadcast(I, weights[w + 1]).reinterpretAsFloats();
        a1 = weight.fma(x, a1);
        b1 = weight.fma(z, b1);
        weight = IntVector.broadcast(I, weights[w + 2]).reinterpretAsFloats();
        a2 = weight.fma(x, a2);
        b2 = weight.fma(z, b2);
        weight = IntVector.broadcast(I, weights[w + 3]).reinterpretAsFloats();
        a3 = weight.fma(x, a3);
        b3 = weight.fma(z, b3);
        w += 4;
      }
      int to = outAt + t * outStep;
      a0.add(zero).intoArray(out, to);
      a1.add(zero).intoArray(out, to + V);
      a2.add(zero).intoArray(out, to + 2 * V);
      a3.add(zero).intoArray(out, to + 3 * V);
      int second = to + outStep;
      b0.add(zero).intoArray(out, second);
      b1.add(zero).intoArray(out, second + V);
      b2.add(zero).intoArray(out, second + 2 * V);
      b3.add(zero).intoArray(out, second + 3 * V);
    }
  }

  static void two(
      int[] weights,
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
    for (int t = 0; t < vectors; t += 2) {
      FloatVector a0 = FloatVector.fromArray(F, start, startAt);
      FloatVector b0 = a0;
      FloatVector a1 = FloatVector.fromArray(F, start, startAt + V);
      FloatVector b1 = a1;
      int from = inAt + t * inStep;
      int other = from + inStep;
      int w = at;
      for (int k = 0; k < terms; k++) {
        FloatVector x = FloatVector.fromArray(F, in, from + k * V);
        FloatVector z = FloatVector.fromArray(F, in, other + k * V);
        FloatVector weight = IntVector.broadcast(I, weights[w]).reinterpretAsFloats();
        a0 = weight.fma(x, a0);
        b0 = weight.fma(z, b0);
        weight = IntVector.broadcast(I, weights[w + 1]).reinterpretAsFloats();
        a1 = weight.fma(x, a1);
        b1 = weight.fma(z, b1);
        w += 2;
      }
      int to = outAt + t * outStep;
      a0.add(zero).intoArray(out, to);
      a1.add(zero).intoArray(out, to + V);
      int second = to + outStep;
      b0.add(zero).intoArray(out, second);
      b1.add(zero).intoArray(out, second + V);
    }
  }
}
