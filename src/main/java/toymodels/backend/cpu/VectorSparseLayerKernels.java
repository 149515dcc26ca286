package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.data.ActiveSamples;

/** The kernels of sparse samples through layers on the vector units: a unit or output a lane. */
final class VectorSparseLayerKernels implements SparseLayerKernels {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Float> F = CpuLanes.floats();

  private static final VectorSpecies<Integer> I = CpuLanes.ints();
  private static final int V = F.length();
  private static final int START = Kernels.START;

  @Override
  public int lanes() {
    return V;
  }

  /** One float in all lanes: JDK 17 takes a float through a general register, an int not. */
  private static FloatVector all(int[] bits, int at) {
    return IntVector.broadcast(I, bits[at]).reinterpretAsFloats();
  }

  private static FloatVector floats(int[] bits, int at) {
    return IntVector.fromArray(I, bits, at).reinterpretAsFloats();
  }

  @Override
  public void hidden(SparseLayers s, ActiveSamples list, int from, int to) {
    float[] encoder = s.encoder;
    int[] feature = list.features();
    int[] bits = list.valueBits();
    int width = s.hiddenWidth;
    FloatVector zero = FloatVector.zero(F);
    for (int v = START; v < START + width; v += V) {
      FloatVector h = zero;
      for (int e = from; e < to; e++) {
        h = all(bits, e).fma(FloatVector.fromArray(F, encoder, feature[e] * width + v), h);
      }
      FloatVector passed = zero.blend(h, h.compare(VectorOperators.GT, 0f));
      passed.reinterpretAsInts().intoArray(s.hiddenBits, v);
    }
  }

  @Override
  public void outputs(SparseLayers s, int units) {
    int v = START;
    int left = s.outputWidth / V;
    for (; left >= 5; left -= 5, v += 5 * V) {
      fiveOutputs(s, units, v);
    }
    for (; left >= 3; left -= 3, v += 3 * V) {
      threeOutputs(s, units, v);
    }
    for (; left > 0; left--, v += V) {
      oneOutput(s, units, v);
    }
  }

  private static void fiveOutputs(SparseLayers s, int units, int v) {
    float[] columns = s.decoderColumns;
    int[] hidden = s.hiddenBits;
    int[] unit = s.units;
    int width = s.outputWidth;
    FloatVector p0 = FloatVector.fromArray(F, s.biases, v);
    FloatVector p1 = FloatVector.fromArray(F, s.biases, v + V);
    FloatVector p2 = FloatVector.fromArray(F, s.biases, v + 2 * V);
    FloatVector p3 = FloatVector.fromArray(F, s.biases, v + 3 * V);
    FloatVector p4 = FloatVector.fromArray(F, s.biases, v + 4 * V);
    for (int k = 0; k < units; k++) {
      int a = unit[k];
      int at = a * width + v;
      FloatVector h = all(hidden, START + a);
      p0 = h.fma(FloatVector.fromArray(F, columns, at), p0);
      p1 = h.fma(FloatVector.fromArray(F, columns, at + V), p1);
      p2 = h.fma(FloatVector.fromArray(F, columns, at + 2 * V), p2);
      p3 = h.fma(FloatVector.fromArray(F, columns, at + 3 * V), p3);
      p4 = h.fma(FloatVector.fromArray(F, columns, at + 4 * V), p4);
    }
    p0.intoArray(s.pre, v);
    p1.intoArray(s.pre, v + V);
    p2.intoArray(s.pre, v + 2 * V);
    p3.intoArray(s.pre, v + 3 * V);
    p4.intoArray(s.pre, v + 4 * V);
  }

  private static void threeOutputs(SparseLayers s, int units, int v) {
    float[] columns = s.decoderColumns;
    int[] hidden = s.hiddenBits;
    int[] unit = s.units;
    int width = s.outputWidth;
    FloatVector p0 = FloatVector.fromArray(F, s.biases, v);
    FloatVector p1 = FloatVector.fromArray(F, s.biases, v + V);
    FloatVector p2 = FloatVector.fromArray(F, s.biases, v + 2 * V);
    for (int k = 0; k < units; k++) {
      int a = unit[k];
      int at = a * width + v;
      FloatVector h = all(hidden, START + a);
      p0 = h.fma(FloatVector.fromArray(F, columns, at), p0);
      p1 = h.fma(FloatVector.fromArray(F, columns, at + V), p1);
      p2 = h.fma(FloatVector.fromArray(F, columns, at + 2 * V), p2);
    }
    p0.intoArray(s.pre, v);
    p1.intoArray(s.pre, v + V);
    p2.intoArray(s.pre, v + 2 * V);
  }

  private static void oneOutput(SparseLayers s, int units, int v) {
    float[] columns = s.decoderColumns;
    int[] hidden = s.hiddenBits;
    int[] unit = s.units;
    int width = s.outputWidth;
    FloatVector p = FloatVector.fromArray(F, s.biases, v);
    for (int k = 0; k < units; k++) {
      int a = unit[k];
      p = all(hidden, START + a).fma(FloatVector.fromArray(F, columns, a * width + v), p);
    }
    p.intoArray(s.pre, v);
  }

  @Override
  public void errors(SparseLayers s) {
    FloatVector zero = FloatVector.zero(F);
    for (int v = START; v < START + s.outputWidth; v += V) {
      FloatVector pre = FloatVector.fromArray(F, s.pre, v);
      VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
      FloatVector e = zero.blend(pre, passes).sub(FloatVector.fromArray(F, s.targets, v));
      FloatVector weighted = FloatVector.fromArray(F, s.importance, v).mul(e);
      FloatVector d = zero.blend(weighted, passes);
      weighted.fma(e, FloatVector.fromArray(F, s.loss, v)).intoArray(s.loss, v);
      FloatVector.fromArray(F, s.biasGradient, v).add(d).intoArray(s.biasGradient, v);
      d.reinterpretAsInts().intoArray(s.errorBits, v);
    }
  }

  @Override
  public void back(SparseLayers s, int outputs) {
    int v = START;
    int left = s.hiddenWidth / V;
    for (; left >= 5; left -= 5, v += 5 * V) {
      fiveBack(s, outputs, v);
    }
    for (; left >= 3; left -= 3, v += 3 * V) {
      threeBack(s, outputs, v);
    }
    for (; left > 0; left--, v += V) {
      oneBack(s, outputs, v);
    }
  }

  private static void fiveBack(SparseLayers s, int outputs, int v) {
    float[] decoder = s.decoder;
    float[] gradient = s.decoderGradient;
    int[] error = s.errorBits;
    int[] output = s.outputs;
    int width = s.hiddenWidth;
    FloatVector h0 = floats(s.hiddenBits, v);
    FloatVector h1 = floats(s.hiddenBits, v + V);
    FloatVector h2 = floats(s.hiddenBits, v + 2 * V);
    FloatVector h3 = floats(s.hiddenBits, v + 3 * V);
    FloatVector h4 = floats(s.hiddenBits, v + 4 * V);
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    for (int k = 0; k < outputs; k++) {
      int i = output[k];
      int at = i * width + v;
      FloatVector d = all(error, START + i);
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
    a0.intoArray(s.hiddenGradient, v);
    a1.intoArray(s.hiddenGradient, v + V);
    a2.intoArray(s.hiddenGradient, v + 2 * V);
    a3.intoArray(s.hiddenGradient, v + 3 * V);
    a4.intoArray(s.hiddenGradient, v + 4 * V);
  }

  private static void threeBack(SparseLayers s, int outputs, int v) {
    float[] decoder = s.decoder;
    float[] gradient = s.decoderGradient;
    int[] error = s.errorBits;
    int[] output = s.outputs;
    int width = s.hiddenWidth;
    FloatVector h0 = floats(s.hiddenBits, v);
    FloatVector h1 = floats(s.hiddenBits, v + V);
    FloatVector h2 = floats(s.hiddenBits, v + 2 * V);
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    for (int k = 0; k < outputs; k++) {
      int i = output[k];
      int at = i * width + v;
      FloatVector d = all(error, START + i);
      a0 = d.fma(FloatVector.fromArray(F, decoder, at), a0);
      a1 = d.fma(FloatVector.fromArray(F, decoder, at + V), a1);
      a2 = d.fma(FloatVector.fromArray(F, decoder, at + 2 * V), a2);
      d.fma(h0, FloatVector.fromArray(F, gradient, at)).intoArray(gradient, at);
      d.fma(h1, FloatVector.fromArray(F, gradient, at + V)).intoArray(gradient, at + V);
      d.fma(h2, FloatVector.fromArray(F, gradient, at + 2 * V)).intoArray(gradient, at + 2 * V);
    }
    a0.intoArray(s.hiddenGradient, v);
    a1.intoArray(s.hiddenGradient, v + V);
    a2.intoArray(s.hiddenGradient, v + 2 * V);
  }

  private static void oneBack(SparseLayers s, int outputs, int v) {
    float[] decoder = s.decoder;
    float[] gradient = s.decoderGradient;
    int[] error = s.errorBits;
    int[] output = s.outputs;
    int width = s.hiddenWidth;
    FloatVector h = floats(s.hiddenBits, v);
    FloatVector sum = FloatVector.zero(F);
    for (int k = 0; k < outputs; k++) {
      int i = output[k];
      int at = i * width + v;
      FloatVector d = all(error, START + i);
      sum = d.fma(FloatVector.fromArray(F, decoder, at), sum);
      d.fma(h, FloatVector.fromArray(F, gradient, at)).intoArray(gradient, at);
    }
    sum.intoArray(s.hiddenGradient, v);
  }

  @Override
  public void inputs(SparseLayers s, ActiveSamples list, int from, int to) {
    float[] gradient = s.encoderGradient;
    int[] feature = list.features();
    int[] bits = list.valueBits();
    int width = s.hiddenWidth;
    FloatVector zero = FloatVector.zero(F);
    for (int v = START; v < START + width; v += V) {
      VectorMask<Float> passed = floats(s.hiddenBits, v).compare(VectorOperators.GT, 0f);
      FloatVector dh = zero.blend(FloatVector.fromArray(F, s.hiddenGradient, v), passed);
      for (int e = from; e < to; e++) {
        int at = feature[e] * width + v;
        all(bits, e).fma(dh, FloatVector.fromArray(F, gradient, at)).intoArray(gradient, at);
      }
    }
  }
}
