package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weighted sums of many terms: four or two rows by two rounds. Eight sums hide the latency of a
 * fused multiply-add; with the six numbers that they take they fit sixteen vector registers, even
 * when the compiler loads all six first. Weights are broadcast as integers: JDK 17 takes a float
 * through a general register, but loads an integer into all lanes at once.
 */
final class VectorWide {
  private static final VectorSpecies<Float> F = CpuLanes.floats();
  private static final VectorSpecies<Integer> I = CpuLanes.ints();
  private static final int V = F.length();

  private VectorWide() {}

  static void four(
      int[] weights,
      int at,
      int terms,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector a0 = zero;
    FloatVector b0 = zero;
    FloatVector a1 = zero;
    FloatVector b1 = zero;
    FloatVector a2 = zero;
    FloatVector b2 = zero;
    FloatVector a3 = zero;
    FloatVector b3 = zero;
    int other = inAt + inStep;
    for (int k = 0; k < terms; k++) {
      FloatVector x = FloatVector.fromArray(F, in, inAt + k * V);
      FloatVector z = FloatVector.fromArray(F, in, other + k * V);
      int w = at + 4 * k;
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
    }
    a0.add(zero).intoArray(out, outAt);
    a1.add(zero).intoArray(out, outAt + V);
    a2.add(zero).intoArray(out, outAt + 2 * V);
    a3.add(zero).intoArray(out, outAt + 3 * V);
    int second = outAt + outStep;
    b0.add(zero).intoArray(out, second);
    b1.add(zero).intoArray(out, second + V);
    b2.add(zero).intoArray(out, second + 2 * V);
    b3.add(zero).intoArray(out, second + 3 * V);
  }

  static void two(
      int[] weights,
      int at,
      int terms,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector a0 = zero;
    FloatVector b0 = zero;
    FloatVector a1 = zero;
    FloatVector b1 = zero;
    int other = inAt + inStep;
    for (int k = 0; k < terms; k++) {
      FloatVector x = FloatVector.fromArray(F, in, inAt + k * V);
      FloatVector z = FloatVector.fromArray(F, in, other + k * V);
      int w = at + 2 * k;
      FloatVector weight = spread(weights, w);
      a0 = weight.fma(x, a0);
      b0 = weight.fma(z, b0);
      weight = spread(weights, w + 1);
      a1 = weight.fma(x, a1);
      b1 = weight.fma(z, b1);
    }
    a0.add(zero).intoArray(out, outAt);
    a1.add(zero).intoArray(out, outAt + V);
    int second = outAt + outStep;
    b0.add(zero).intoArray(out, second);
    b1.add(zero).intoArray(out, second + V);
  }

  private static FloatVector spread(int[] bits, int at) {
    return IntVector.broadcast(I, bits[at]).reinterpretAsFloats();
  }
}
