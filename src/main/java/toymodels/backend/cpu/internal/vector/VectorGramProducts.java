package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of a matrix that is broadcast and one whose rows are vectors: C = c A B, where every sum
 * runs over terms in order, from 0. Tiles of four rows by two vectors keep eight sums going, enough
 * to hide the latency of a multiply-add.
 */
final class VectorGramProducts {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();

  private static final VectorSpecies<Integer> I = VectorSpeciesChoice.ints();
  private static final int V = F.length();

  private VectorGramProducts() {}

  /**
   * The bits of a matrix of floats in rows and terms: number (row, term) is {@code bits[row *
   * rowStep + term * termStep]}.
   */
  record Left(int[] bits, int rowStep, int termStep) {}

  /** Writes so many rows of a product of {@code terms} terms, in rows of {@code width} floats. */
  static void multiply(
      Left left, int rows, int terms, float[] right, int width, float scale, float[] out) {
    int r = 0;
    for (; r + 3 < rows; r += 4) {
      int v = 0;
      for (; v + V < width; v += 2 * V) {
        fourByTwo(left, r, terms, right, v, width, scale, out);
      }
      if (v < width) {
        fourByOne(left, r, terms, right, v, width, scale, out);
      }
    }
    for (; r + 1 < rows; r += 2) {
      for (int v = 0; v < width; v += V) {
        twoByOne(left, r, terms, right, v, width, scale, out);
      }
    }
    if (r < rows) {
      for (int v = 0; v < width; v += V) {
        oneByOne(left, r, terms, right, v, width, scale, out);
      }
    }
  }

  private static void fourByTwo(
      Left left, int row, int terms, float[] right, int v, int width, float scale, float[] out) {
    int[] bits = left.bits;
    int step = left.rowStep;
    int term = left.termStep;
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    for (int k = 0, at = row * step, from = v; k < terms; k++, at += term, from += width) {
      FloatVector a = FloatVector.fromArray(F, right, from);
      FloatVector b = FloatVector.fromArray(F, right, from + V);
      FloatVector w = IntVector.broadcast(I, bits[at]).reinterpretAsFloats();
      a0 = w.fma(a, a0);
      b0 = w.fma(b, b0);
      w = IntVector.broadcast(I, bits[at + step]).reinterpretAsFloats();
      a1 = w.fma(a, a1);
      b1 = w.fma(b, b1);
      w = IntVector.broadcast(I, bits[at + 2 * step]).reinterpretAsFloats();
      a2 = w.fma(a, a2);
      b2 = w.fma(b, b2);
      w = IntVector.broadcast(I, bits[at + 3 * step]).reinterpretAsFloats();
      a3 = w.fma(a, a3);
      b3 = w.fma(b, b3);
    }
    int to = row * width + v;
    a0.mul(scale).intoArray(out, to);
    b0.mul(scale).intoArray(out, to + V);
    a1.mul(scale).intoArray(out, to + width);
    b1.mul(scale).intoArray(out, to + width + V);
    a2.mul(scale).intoArray(out, to + 2 * width);
    b2.mul(scale).intoArray(out, to + 2 * width + V);
    a3.mul(scale).intoArray(out, to + 3 * width);
    b3.mul(scale).intoArray(out, to + 3 * width + V);
  }

  private static void fourByOne(
      Left left, int row, int terms, float[] right, int v, int width, float scale, float[] out) {
    int[] bits = left.bits;
    int step = left.rowStep;
    int term = left.termStep;
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    for (int k = 0, at = row * step, from = v; k < terms; k++, at += term, from += width) {
      FloatVector a = FloatVector.fromArray(F, right, from);
      a0 = IntVector.broadcast(I, bits[at]).reinterpretAsFloats().fma(a, a0);
      a1 = IntVector.broadcast(I, bits[at + step]).reinterpretAsFloats().fma(a, a1);
      a2 = IntVector.broadcast(I, bits[at + 2 * step]).reinterpretAsFloats().fma(a, a2);
      a3 = IntVector.broadcast(I, bits[at + 3 * step]).reinterpretAsFloats().fma(a, a3);
    }
    int to = row * width + v;
    a0.mul(scale).intoArray(out, to);
    a1.mul(scale).intoArray(out, to + width);
    a2.mul(scale).intoArray(out, to + 2 * width);
    a3.mul(scale).intoArray(out, to + 3 * width);
  }

  private static void twoByOne(
      Left left, int row, int terms, float[] right, int v, int width, float scale, float[] out) {
    int[] bits = left.bits;
    int step = left.rowStep;
    int term = left.termStep;
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    for (int k = 0, at = row * step, from = v; k < terms; k++, at += term, from += width) {
      FloatVector a = FloatVector.fromArray(F, right, from);
      a0 = IntVector.broadcast(I, bits[at]).reinterpretAsFloats().fma(a, a0);
      a1 = IntVector.broadcast(I, bits[at + step]).reinterpretAsFloats().fma(a, a1);
    }
    int to = row * width + v;
    a0.mul(scale).intoArray(out, to);
    a1.mul(scale).intoArray(out, to + width);
  }

  private static void oneByOne(
      Left left, int row, int terms, float[] right, int v, int width, float scale, float[] out) {
    FloatVector sum = FloatVector.zero(F);
    for (int k = 0, at = row * left.rowStep, from = v; k < terms; k++, from += width) {
      sum =
          IntVector.broadcast(I, left.bits[at])
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(F, right, from), sum);
      at += left.termStep;
    }
    sum.mul(scale).intoArray(out, row * width + v);
  }
}
