package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The Gram kernels on the vector units of the CPU: one output a lane. */
final class VectorGramKernels implements GramKernels {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Float> F = CpuLanes.floats();

  private static final VectorSpecies<Integer> I = CpuLanes.ints();
  private static final int V = F.length();
  private static final int SIGN_LESS = Integer.MAX_VALUE;
  private static final int FLAT = Float.floatToRawIntBits(ScalarGramKernels.FLAT);

  @Override
  public int lanes() {
    return V;
  }

  /** One float in all lanes: JDK 17 takes a float through a general register, an int not. */
  private static FloatVector all(int[] bits, int at) {
    return IntVector.broadcast(I, bits[at]).reinterpretAsFloats();
  }

  @Override
  public void gram(GramSums g) {
    for (int i = 0; i < g.m * g.width; i += V) {
      FloatVector.fromArray(F, g.weights, i).reinterpretAsInts().intoArray(g.weightBits, i);
    }
    for (int i = 0; i < g.n; i += GramSums.ROWS) {
      for (int v = 0; v < g.width; v += V) {
        fourRows(g.weightBits, i, g.weights, v, g.m, g.width, g.gram, i * g.width + v);
      }
    }
  }

  private static void fourRows(
      int[] bits, int i, float[] weights, int v, int m, int width, float[] gram, int to) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    for (int k = 0, at = 0; k < m; k++, at += width) {
      FloatVector w = FloatVector.fromArray(F, weights, at + v);
      a0 = all(bits, at + i).fma(w, a0);
      a1 = all(bits, at + i + 1).fma(w, a1);
      a2 = all(bits, at + i + 2).fma(w, a2);
      a3 = all(bits, at + i + 3).fma(w, a3);
    }
    a0.intoArray(gram, to);
    a1.intoArray(gram, to + width);
    a2.intoArray(gram, to + 2 * width);
    a3.intoArray(gram, to + 3 * width);
  }

  @Override
  public void oneActive(GramSums g) {
    for (int v = 0; v < g.width; v += V) {
      if (g.linear) {
        linearColumn(g, v);
      } else {
        rectifiedColumn(g, v);
      }
    }
  }

  private static void rectifiedColumn(GramSums g, int v) {
    float[] gram = g.gram;
    float[] gradient = g.gramGradient;
    int[] only = g.onlyBits;
    int width = g.width;
    FloatVector zero = FloatVector.zero(F);
    FloatVector one = FloatVector.broadcast(F, 1f);
    FloatVector b = FloatVector.fromArray(F, g.biases, v);
    FloatVector a0 = zero.blend(b, b.compare(VectorOperators.GT, 0f));
    FloatVector minusA0 = zero.sub(a0);
    FloatVector below = zero.blend(one, b.compare(VectorOperators.LT, 0f));
    FloatVector sixth = FloatVector.fromArray(F, g.sixth, v);
    FloatVector mean = zero;
    FloatVector square = zero;
    for (int j = 0, at = v; j < g.n; j++, at += width) {
      FloatVector slope = FloatVector.fromArray(F, gram, at);
      FloatVector u = b.add(slope);
      FloatVector a1 = zero.blend(u, u.compare(VectorOperators.GT, 0f));
      // Floats that are not negative are ordered as their bits are.
      FloatVector top = a1.reinterpretAsInts().max(a0.reinterpretAsInts()).reinterpretAsFloats();
      FloatVector steep =
          slope
              .reinterpretAsInts()
              .lanewise(VectorOperators.AND, SIGN_LESS)
              .max(FLAT)
              .reinterpretAsFloats();
      FloatVector q = top.div(steep);
      FloatVector l = one.blend(q, q.compare(VectorOperators.LT, 1f));
      FloatVector from = one.sub(l).mul(below);
      FloatVector sum = a0.add(a1);
      FloatVector moment = from.fma(sum.add(a0), from.add(l).mul(sum.add(a1)));
      FloatVector weight = all(only, j);
      mean = weight.fma(l.mul(sum), mean);
      square = weight.fma(l.mul(sum.fma(sum, minusA0.mul(a1))), square);
      weight.mul(sixth).mul(l.mul(moment)).intoArray(gradient, at);
    }
    mean.intoArray(g.oneMean, v);
    square.intoArray(g.oneSquare, v);
  }

  private static void linearColumn(GramSums g, int v) {
    FloatVector b = FloatVector.fromArray(F, g.biases, v);
    FloatVector minusB = b.neg();
    FloatVector sixth = FloatVector.fromArray(F, g.sixth, v);
    FloatVector mean = FloatVector.zero(F);
    FloatVector square = mean;
    for (int j = 0, at = v; j < g.n; j++, at += g.width) {
      FloatVector u = b.add(FloatVector.fromArray(F, g.gram, at));
      FloatVector sum = b.add(u);
      FloatVector weight = all(g.onlyBits, j);
      mean = weight.fma(sum, mean);
      square = weight.fma(sum.fma(sum, minusB.mul(u)), square);
      weight.mul(sixth).mul(sum.add(u)).intoArray(g.gramGradient, at);
    }
    mean.intoArray(g.oneMean, v);
    square.intoArray(g.oneSquare, v);
  }

  @Override
  public void one(GramSums g, int samples) {
    for (int v = 0; v < g.width; v += V) {
      oneColumn(g, v, samples, g.linear);
    }
  }

  private static void oneColumn(GramSums g, int v, int samples, boolean linear) {
    float[] gram = g.gram;
    float[] gradient = g.gramGradient;
    int[] row = g.row;
    int[] bits = g.valueBits;
    FloatVector zero = FloatVector.zero(F);
    FloatVector b = FloatVector.fromArray(F, g.biases, v);
    FloatVector weight = FloatVector.fromArray(F, g.sampleWeights, v);
    FloatVector bias = FloatVector.fromArray(F, g.biasGradient, v);
    FloatVector loss = FloatVector.fromArray(F, g.loss, v);
    for (int s = 0, at = v; s < samples; s++, at += g.width) {
      int i = row[s] + v;
      FloatVector xi = all(bits, s);
      FloatVector pre = xi.fma(FloatVector.fromArray(F, gram, i), b);
      VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
      FloatVector y = linear ? pre : zero.blend(pre, passes);
      FloatVector e = y.sub(FloatVector.fromArray(F, g.x, at));
      FloatVector weighted = e.mul(weight);
      FloatVector d = linear ? weighted : zero.blend(weighted, passes);
      loss = weighted.fma(e, loss);
      bias = bias.add(d);
      xi.fma(d, FloatVector.fromArray(F, gradient, i)).intoArray(gradient, i);
    }
    bias.intoArray(g.biasGradient, v);
    loss.intoArray(g.loss, v);
  }

  @Override
  public void two(GramSums g, int samples) {
    for (int v = 0; v < g.width; v += V) {
      twoColumn(g, v, samples, g.linear);
    }
  }

  private static void twoColumn(GramSums g, int v, int samples, boolean linear) {
    float[] gram = g.gram;
    float[] gradient = g.gramGradient;
    int[] row = g.row;
    int[] bits = g.valueBits;
    FloatVector zero = FloatVector.zero(F);
    FloatVector b = FloatVector.fromArray(F, g.biases, v);
    FloatVector weight = FloatVector.fromArray(F, g.sampleWeights, v);
    FloatVector bias = FloatVector.fromArray(F, g.biasGradient, v);
    FloatVector loss = FloatVector.fromArray(F, g.loss, v);
    for (int s = 0, at = v; s < samples; s++, at += g.width) {
      int i = row[2 * s] + v;
      int j = row[2 * s + 1] + v;
      FloatVector xi = all(bits, 2 * s);
      FloatVector xj = all(bits, 2 * s + 1);
      FloatVector pre =
          xj.fma(FloatVector.fromArray(F, gram, j), xi.fma(FloatVector.fromArray(F, gram, i), b));
      VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
      FloatVector y = linear ? pre : zero.blend(pre, passes);
      FloatVector e = y.sub(FloatVector.fromArray(F, g.x, at));
      FloatVector weighted = e.mul(weight);
      FloatVector d = linear ? weighted : zero.blend(weighted, passes);
      loss = weighted.fma(e, loss);
      bias = bias.add(d);
      xi.fma(d, FloatVector.fromArray(F, gradient, i)).intoArray(gradient, i);
      xj.fma(d, FloatVector.fromArray(F, gradient, j)).intoArray(gradient, j);
    }
    bias.intoArray(g.biasGradient, v);
    loss.intoArray(g.loss, v);
  }

  @Override
  public void more(GramSums g, int samples) {
    for (int v = 0; v < g.width; v += V) {
      moreColumn(g, v, samples, g.linear);
    }
  }

  private static void moreColumn(GramSums g, int v, int samples, boolean linear) {
    float[] gram = g.gram;
    float[] gradient = g.gramGradient;
    int[] row = g.row;
    int[] bits = g.valueBits;
    int[] start = g.start;
    FloatVector zero = FloatVector.zero(F);
    FloatVector b = FloatVector.fromArray(F, g.biases, v);
    FloatVector weight = FloatVector.fromArray(F, g.sampleWeights, v);
    FloatVector bias = FloatVector.fromArray(F, g.biasGradient, v);
    FloatVector loss = FloatVector.fromArray(F, g.loss, v);
    for (int s = 0, at = v; s < samples; s++, at += g.width) {
      int end = start[s + 1];
      FloatVector pre = b;
      for (int a = start[s]; a < end; a++) {
        pre = all(bits, a).fma(FloatVector.fromArray(F, gram, row[a] + v), pre);
      }
      VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
      FloatVector y = linear ? pre : zero.blend(pre, passes);
      FloatVector e = y.sub(FloatVector.fromArray(F, g.x, at));
      FloatVector weighted = e.mul(weight);
      FloatVector d = linear ? weighted : zero.blend(weighted, passes);
      loss = weighted.fma(e, loss);
      bias = bias.add(d);
      for (int a = start[s]; a < end; a++) {
        int i = row[a] + v;
        all(bits, a).fma(d, FloatVector.fromArray(F, gradient, i)).intoArray(gradient, i);
      }
    }
    bias.intoArray(g.biasGradient, v);
    loss.intoArray(g.loss, v);
  }

  @Override
  public void finish(GramSums g, float scale) {
    for (int v = 0; v < g.width; v += V) {
      int k = 0;
      for (; k + 1 < g.m; k += 2) {
        twoWeights(g, k * g.width, v, scale);
      }
      if (k < g.m) {
        oneWeight(g, k * g.width, v, scale);
      }
    }
  }

  private static void twoWeights(GramSums g, int at, int v, float scale) {
    int width = g.width;
    int[] bits = g.weightBits;
    float[] sums = g.gramGradient;
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    for (int j = 0, from = v; j < g.n; j++, from += width) {
      FloatVector h = FloatVector.fromArray(F, sums, from);
      a0 = all(bits, at + j).fma(h, a0);
      a1 = all(bits, at + width + j).fma(h, a1);
    }
    a0.mul(scale).intoArray(g.weightGradient, at + v);
    a1.mul(scale).intoArray(g.weightGradient, at + width + v);
  }

  private static void oneWeight(GramSums g, int at, int v, float scale) {
    FloatVector sum = FloatVector.zero(F);
    for (int j = 0, from = v; j < g.n; j++, from += g.width) {
      sum = all(g.weightBits, at + j).fma(FloatVector.fromArray(F, g.gramGradient, from), sum);
    }
    sum.mul(scale).intoArray(g.weightGradient, at + v);
  }
}
