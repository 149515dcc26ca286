package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Sums of rows over samples, lane by lane, every sum in a register. */
final class VectorLaneAccumulator {
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();
  private static final int V = F.length();

  private VectorLaneAccumulator() {}

  /** Sums of neighbouring rows themselves, four at once. */
  static void addFour(float[] in, int inAt, int inStep, float[] sums, int at, int vectors) {
    FloatVector s0 = FloatVector.fromArray(F, sums, at);
    FloatVector s1 = FloatVector.fromArray(F, sums, at + V);
    FloatVector s2 = FloatVector.fromArray(F, sums, at + 2 * V);
    FloatVector s3 = FloatVector.fromArray(F, sums, at + 3 * V);
    int from = inAt;
    for (int t = 0; t < vectors; t++) {
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
  static void addOne(float[] in, int inAt, int inStep, float[] sums, int at, int vectors) {
    FloatVector s = FloatVector.fromArray(F, sums, at);
    int from = inAt;
    for (int t = 0; t < vectors; t++) {
      s = s.add(FloatVector.fromArray(F, in, from));
      from += inStep;
    }
    s.intoArray(sums, at);
  }
}
