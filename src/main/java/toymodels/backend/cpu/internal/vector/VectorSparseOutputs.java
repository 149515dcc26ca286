package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.sparse.SparseForwardBackward;

/**
 * Pre-activations of outputs, sums over listed hidden units, in tiles of eight, five, three and one
 * vectors: the more, the fewer loads of a hidden unit and checks of bounds.
 */
final class VectorSparseOutputs {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();

  private static final VectorSpecies<Integer> I = VectorSpeciesChoice.ints();
  private static final int V = F.length();
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;

  private VectorSparseOutputs() {}

  /** Writes b + W₂ h of so many samples. */
  static void sum(SparseForwardBackward s, int count) {
    int v = 0;
    int left = s.outputWidth / V;
    for (; left >= 8; left -= 8, v += 8 * V) {
      eight(s, count, v);
    }
    for (; left >= 5; left -= 5, v += 5 * V) {
      five(s, count, v);
    }
    for (; left >= 3; left -= 3, v += 3 * V) {
      three(s, count, v);
    }
    for (; left > 0; left--, v += V) {
      one(s, count, v);
    }
  }

  private static void eight(SparseForwardBackward s, int count, int v) {
    float[] columns = s.decoderColumns;
    int[] hidden = s.hiddenBits;
    int[] unit = s.units;
    int width = s.outputWidth;
    for (int k = 0; k < count; k++) {
      int row = k * s.hiddenWidth;
      int end = row + s.unitCounts[k];
      FloatVector p0 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v);
      FloatVector p1 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + V);
      FloatVector p2 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 2 * V);
      FloatVector p3 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 3 * V);
      FloatVector p4 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 4 * V);
      FloatVector p5 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 5 * V);
      FloatVector p6 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 6 * V);
      FloatVector p7 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 7 * V);
      for (int u = row; u < end; u++) {
        int a = unit[u];
        int at = ARRAY_OFFSET + a * width + v;
        FloatVector h =
            IntVector.broadcast(I, hidden[ARRAY_OFFSET + row + a]).reinterpretAsFloats();
        p0 = h.fma(FloatVector.fromArray(F, columns, at), p0);
        p1 = h.fma(FloatVector.fromArray(F, columns, at + V), p1);
        p2 = h.fma(FloatVector.fromArray(F, columns, at + 2 * V), p2);
        p3 = h.fma(FloatVector.fromArray(F, columns, at + 3 * V), p3);
        p4 = h.fma(FloatVector.fromArray(F, columns, at + 4 * V), p4);
        p5 = h.fma(FloatVector.fromArray(F, columns, at + 5 * V), p5);
        p6 = h.fma(FloatVector.fromArray(F, columns, at + 6 * V), p6);
        p7 = h.fma(FloatVector.fromArray(F, columns, at + 7 * V), p7);
      }
      int to = ARRAY_OFFSET + k * width + v;
      p0.intoArray(s.pre, to);
      p1.intoArray(s.pre, to + V);
      p2.intoArray(s.pre, to + 2 * V);
      p3.intoArray(s.pre, to + 3 * V);
      p4.intoArray(s.pre, to + 4 * V);
      p5.intoArray(s.pre, to + 5 * V);
      p6.intoArray(s.pre, to + 6 * V);
      p7.intoArray(s.pre, to + 7 * V);
    }
  }

  private static void five(SparseForwardBackward s, int count, int v) {
    float[] columns = s.decoderColumns;
    int[] hidden = s.hiddenBits;
    int[] unit = s.units;
    int width = s.outputWidth;
    for (int k = 0; k < count; k++) {
      int row = k * s.hiddenWidth;
      int end = row + s.unitCounts[k];
      FloatVector p0 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v);
      FloatVector p1 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + V);
      FloatVector p2 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 2 * V);
      FloatVector p3 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 3 * V);
      FloatVector p4 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 4 * V);
      for (int u = row; u < end; u++) {
        int a = unit[u];
        int at = ARRAY_OFFSET + a * width + v;
        FloatVector h =
            IntVector.broadcast(I, hidden[ARRAY_OFFSET + row + a]).reinterpretAsFloats();
        p0 = h.fma(FloatVector.fromArray(F, columns, at), p0);
        p1 = h.fma(FloatVector.fromArray(F, columns, at + V), p1);
        p2 = h.fma(FloatVector.fromArray(F, columns, at + 2 * V), p2);
        p3 = h.fma(FloatVector.fromArray(F, columns, at + 3 * V), p3);
        p4 = h.fma(FloatVector.fromArray(F, columns, at + 4 * V), p4);
      }
      int to = ARRAY_OFFSET + k * width + v;
      p0.intoArray(s.pre, to);
      p1.intoArray(s.pre, to + V);
      p2.intoArray(s.pre, to + 2 * V);
      p3.intoArray(s.pre, to + 3 * V);
      p4.intoArray(s.pre, to + 4 * V);
    }
  }

  private static void three(SparseForwardBackward s, int count, int v) {
    float[] columns = s.decoderColumns;
    int[] hidden = s.hiddenBits;
    int[] unit = s.units;
    int width = s.outputWidth;
    for (int k = 0; k < count; k++) {
      int row = k * s.hiddenWidth;
      int end = row + s.unitCounts[k];
      FloatVector p0 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v);
      FloatVector p1 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + V);
      FloatVector p2 = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v + 2 * V);
      for (int u = row; u < end; u++) {
        int a = unit[u];
        int at = ARRAY_OFFSET + a * width + v;
        FloatVector h =
            IntVector.broadcast(I, hidden[ARRAY_OFFSET + row + a]).reinterpretAsFloats();
        p0 = h.fma(FloatVector.fromArray(F, columns, at), p0);
        p1 = h.fma(FloatVector.fromArray(F, columns, at + V), p1);
        p2 = h.fma(FloatVector.fromArray(F, columns, at + 2 * V), p2);
      }
      int to = ARRAY_OFFSET + k * width + v;
      p0.intoArray(s.pre, to);
      p1.intoArray(s.pre, to + V);
      p2.intoArray(s.pre, to + 2 * V);
    }
  }

  private static void one(SparseForwardBackward s, int count, int v) {
    float[] columns = s.decoderColumns;
    int[] hidden = s.hiddenBits;
    int[] unit = s.units;
    int width = s.outputWidth;
    for (int k = 0; k < count; k++) {
      int row = k * s.hiddenWidth;
      int end = row + s.unitCounts[k];
      FloatVector p = FloatVector.fromArray(F, s.biases, ARRAY_OFFSET + v);
      for (int u = row; u < end; u++) {
        int a = unit[u];
        int at = ARRAY_OFFSET + a * width + v;
        FloatVector h =
            IntVector.broadcast(I, hidden[ARRAY_OFFSET + row + a]).reinterpretAsFloats();
        p = h.fma(FloatVector.fromArray(F, columns, at), p);
      }
      int to = ARRAY_OFFSET + k * width + v;
      p.intoArray(s.pre, to);
    }
  }
}
