package toymodels.backend.cpu.internal.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.sparse.SparseForwardBackward;
import toymodels.backend.cpu.internal.sparse.SparseLayerKernels;
import toymodels.data.SparseSamples;

/** The kernels of sparse samples through layers on the vector units: a unit or output a lane. */
public final class VectorSparseLayerKernels implements SparseLayerKernels {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();

  private static final VectorSpecies<Integer> I = VectorSpeciesChoice.ints();
  private static final int V = F.length();
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;
  private static final int SIGN_LESS = Integer.MAX_VALUE;

  @Override
  public int lanes() {
    return V;
  }

  @Override
  public void hidden(SparseForwardBackward s, SparseSamples list, int first, int count) {
    float[] encoder = s.encoder;
    int[] hidden = s.hiddenBits;
    int[] starts = list.starts();
    int[] feature = list.features();
    int[] bits = list.valueBits();
    int width = s.hiddenWidth;
    FloatVector zero = FloatVector.zero(F);
    Arrays.fill(s.unitCounts, 0);
    for (int v = 0; v < width; v += V) {
      for (int k = 0; k < count; k++) {
        FloatVector h = zero;
        for (int e = starts[first + k]; e < starts[first + k + 1]; e++) {
          int at = ARRAY_OFFSET + feature[e] * width + v;
          h =
              IntVector.broadcast(I, bits[e])
                  .reinterpretAsFloats()
                  .fma(FloatVector.fromArray(F, encoder, at), h);
        }
        VectorMask<Float> passes = h.compare(VectorOperators.GT, 0f);
        IntVector passed = zero.blend(h, passes).reinterpretAsInts();
        passed.intoArray(hidden, ARRAY_OFFSET + k * width + v);
        int lanes =
            passed
                .neg()
                .lanewise(VectorOperators.ASHR, 31)
                .lanewise(VectorOperators.AND, IntVector.fromArray(I, VectorLists.BITS, 0))
                .reduceLanes(VectorOperators.OR);
        VectorLists.add(lanes, v, s.units, k * width, s.unitCounts, k);
      }
    }
  }

  @Override
  public void outputs(SparseForwardBackward s, int count) {
    VectorSparseOutputs.sum(s, count);
  }

  @Override
  public void errors(SparseForwardBackward s, int count) {
    int width = s.outputWidth;
    FloatVector zero = FloatVector.zero(F);
    Arrays.fill(s.outputCounts, 0);
    for (int v = 0; v < width; v += V) {
      FloatVector importance = FloatVector.fromArray(F, s.importance, ARRAY_OFFSET + v);
      FloatVector loss = FloatVector.fromArray(F, s.loss, ARRAY_OFFSET + v);
      FloatVector bias = FloatVector.fromArray(F, s.biasGradient, ARRAY_OFFSET + v);
      for (int k = 0, at = ARRAY_OFFSET + v; k < count; k++, at += width) {
        FloatVector pre = FloatVector.fromArray(F, s.pre, at);
        VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
        FloatVector e = zero.blend(pre, passes).sub(FloatVector.fromArray(F, s.targets, at));
        FloatVector weighted = importance.mul(e);
        FloatVector d = zero.blend(weighted, passes);
        loss = weighted.fma(e, loss);
        bias = bias.add(d);
        d.reinterpretAsInts().intoArray(s.errorBits, at);
        IntVector magnitude = d.reinterpretAsInts().lanewise(VectorOperators.AND, SIGN_LESS);
        int lanes =
            magnitude
                .neg()
                .lanewise(VectorOperators.ASHR, 31)
                .lanewise(VectorOperators.AND, IntVector.fromArray(I, VectorLists.BITS, 0))
                .reduceLanes(VectorOperators.OR);
        VectorLists.add(lanes, v, s.outputs, k * width, s.outputCounts, k);
      }
      loss.intoArray(s.loss, ARRAY_OFFSET + v);
      bias.intoArray(s.biasGradient, ARRAY_OFFSET + v);
    }
  }

  @Override
  public void back(SparseForwardBackward s, int count) {
    int v = 0;
    int left = s.hiddenWidth / V;
    for (; left >= 5; left -= 5, v += 5 * V) {
      fiveBack(s, count, v);
    }
    for (; left >= 3; left -= 3, v += 3 * V) {
      threeBack(s, count, v);
    }
    for (; left > 0; left--, v += V) {
      oneBack(s, count, v);
    }
  }

  private static void fiveBack(SparseForwardBackward s, int count, int v) {
    float[] decoder = s.decoder;
    float[] gradient = s.decoderGradient;
    int[] error = s.errorBits;
    int[] output = s.outputs;
    int width = s.hiddenWidth;
    for (int k = 0; k < count; k++) {
      int row = k * s.outputWidth;
      int end = row + s.outputCounts[k];
      int to = ARRAY_OFFSET + k * width + v;
      FloatVector h0 = IntVector.fromArray(I, s.hiddenBits, to).reinterpretAsFloats();
      FloatVector h1 = IntVector.fromArray(I, s.hiddenBits, to + V).reinterpretAsFloats();
      FloatVector h2 = IntVector.fromArray(I, s.hiddenBits, to + 2 * V).reinterpretAsFloats();
      FloatVector h3 = IntVector.fromArray(I, s.hiddenBits, to + 3 * V).reinterpretAsFloats();
      FloatVector h4 = IntVector.fromArray(I, s.hiddenBits, to + 4 * V).reinterpretAsFloats();
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      FloatVector a4 = a0;
      for (int u = row; u < end; u++) {
        int i = output[u];
        int at = ARRAY_OFFSET + i * width + v;
        FloatVector d = IntVector.broadcast(I, error[ARRAY_OFFSET + row + i]).reinterpretAsFloats();
        a0 = d.fma(FloatVector.fromArray(F, decoder, at), a0);
        a1 = d.fma(FloatVector.fromArray(F, decoder, at + V), a1);
        a2 = d.fma(FloatVector.fromArray(F, decoder, at + 2 * V), a2);
        a3 = d.fma(FloatVector.fromArray(F, decoder, at + 3 * V), a3);
        a4 = d.fma(FloatVector.fromArray(F, decoder, at + 4 * V), a4);
        d.fma(h0, FloatVector.fromArray(F, gradient, at)).intoArray(gradient, at);
        d.fma(h1, FloatVector.fromArray(F, gradient, at + V)).intoArray(gradient, at + V);
        d.fma(h2, FloatVector.fromArray(F, gradient, at + 2 * V)).intoArray(gradient, at + 2 * V);
        d.fma(h3, FloatVector.fromArray(F, gradient, at + 3 * V)).intoArray(gradient, at + 3 * V);
        d.fma(h4, FloatVector.fromArray(F, gradient, at + 4 * V)).intoArray(gradient, at + 4 * V);
      }
      a0.intoArray(s.hiddenGradient, to);
      a1.intoArray(s.hiddenGradient, to + V);
      a2.intoArray(s.hiddenGradient, to + 2 * V);
      a3.intoArray(s.hiddenGradient, to + 3 * V);
      a4.intoArray(s.hiddenGradient, to + 4 * V);
    }
  }

  private static void threeBack(SparseForwardBackward s, int count, int v) {
    float[] decoder = s.decoder;
    float[] gradient = s.decoderGradient;
    int[] error = s.errorBits;
    int[] output = s.outputs;
    int width = s.hiddenWidth;
    for (int k = 0; k < count; k++) {
      int row = k * s.outputWidth;
      int end = row + s.outputCounts[k];
      int to = ARRAY_OFFSET + k * width + v;
      FloatVector h0 = IntVector.fromArray(I, s.hiddenBits, to).reinterpretAsFloats();
      FloatVector h1 = IntVector.fromArray(I, s.hiddenBits, to + V).reinterpretAsFloats();
      FloatVector h2 = IntVector.fromArray(I, s.hiddenBits, to + 2 * V).reinterpretAsFloats();
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      for (int u = row; u < end; u++) {
        int i = output[u];
        int at = ARRAY_OFFSET + i * width + v;
        FloatVector d = IntVector.broadcast(I, error[ARRAY_OFFSET + row + i]).reinterpretAsFloats();
        a0 = d.fma(FloatVector.fromArray(F, decoder, at), a0);
        a1 = d.fma(FloatVector.fromArray(F, decoder, at + V), a1);
        a2 = d.fma(FloatVector.fromArray(F, decoder, at + 2 * V), a2);
        d.fma(h0, FloatVector.fromArray(F, gradient, at)).intoArray(gradient, at);
        d.fma(h1, FloatVector.fromArray(F, gradient, at + V)).intoArray(gradient, at + V);
        d.fma(h2, FloatVector.fromArray(F, gradient, at + 2 * V)).intoArray(gradient, at + 2 * V);
      }
      a0.intoArray(s.hiddenGradient, to);
      a1.intoArray(s.hiddenGradient, to + V);
      a2.intoArray(s.hiddenGradient, to + 2 * V);
    }
  }

  private static void oneBack(SparseForwardBackward s, int count, int v) {
    float[] decoder = s.decoder;
    float[] gradient = s.decoderGradient;
    int[] error = s.errorBits;
    int[] output = s.outputs;
    int width = s.hiddenWidth;
    for (int k = 0; k < count; k++) {
      int row = k * s.outputWidth;
      int end = row + s.outputCounts[k];
      int to = ARRAY_OFFSET + k * width + v;
      FloatVector h = IntVector.fromArray(I, s.hiddenBits, to).reinterpretAsFloats();
      FloatVector sum = FloatVector.zero(F);
      for (int u = row; u < end; u++) {
        int i = output[u];
        int at = ARRAY_OFFSET + i * width + v;
        FloatVector d = IntVector.broadcast(I, error[ARRAY_OFFSET + row + i]).reinterpretAsFloats();
        sum = d.fma(FloatVector.fromArray(F, decoder, at), sum);
        d.fma(h, FloatVector.fromArray(F, gradient, at)).intoArray(gradient, at);
      }
      sum.intoArray(s.hiddenGradient, to);
    }
  }

  @Override
  public void inputs(SparseForwardBackward s, SparseSamples list, int first, int count) {
    float[] gradient = s.encoderGradient;
    int[] starts = list.starts();
    int[] feature = list.features();
    int[] bits = list.valueBits();
    int width = s.hiddenWidth;
    FloatVector zero = FloatVector.zero(F);
    for (int k = 0; k < count; k++) {
      int end = s.outputCounts[k] == 0 ? 0 : starts[first + k + 1];
      for (int v = ARRAY_OFFSET; v < ARRAY_OFFSET + width; v += V) {
        int from = k * width + v;
        VectorMask<Float> passed =
            IntVector.fromArray(I, s.hiddenBits, from)
                .reinterpretAsFloats()
                .compare(VectorOperators.GT, 0f);
        FloatVector dh = zero.blend(FloatVector.fromArray(F, s.hiddenGradient, from), passed);
        for (int e = starts[first + k]; e < end; e++) {
          int at = feature[e] * width + v;
          IntVector.broadcast(I, bits[e])
              .reinterpretAsFloats()
              .fma(dh, FloatVector.fromArray(F, gradient, at))
              .intoArray(gradient, at);
        }
      }
    }
  }
}
