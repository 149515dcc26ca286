package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.internal.gram.GramKernels;
import toymodels.backend.cpu.internal.gram.GramSums;
import toymodels.backend.cpu.internal.gram.ScalarGramKernels;
import toymodels.backend.cpu.internal.vector.VectorGramProducts.Left;
import toymodels.data.SparseSamples;

/** The Gram kernels on the vector units of the CPU: one output a lane. */
public final class VectorGramKernels implements GramKernels {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();

  private static final VectorSpecies<Integer> I = VectorSpeciesChoice.ints();
  private static final int V = F.length();
  private static final int SIGN_LESS = Integer.MAX_VALUE;
  private static final int FLAT = Float.floatToRawIntBits(ScalarGramKernels.FLAT);

  @Override
  public int lanes() {
    return V;
  }

  @Override
  public void gram(GramSums g) {
    for (int i = 0; i < g.m * g.width; i += V) {
      FloatVector.fromArray(F, g.weights, i).reinterpretAsInts().intoArray(g.weightBits, i);
    }
    Left transposed = new Left(g.weightBits, 1, g.width);
    VectorGramProducts.multiply(transposed, g.n, g.m, g.weights, g.width, 1, g.gram);
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
      // l of the line with these rectified ends; floats that are not negative are ordered as their
      // bits are.
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
      FloatVector weight = IntVector.broadcast(I, only[j]).reinterpretAsFloats();
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
      FloatVector weight = IntVector.broadcast(I, g.onlyBits[j]).reinterpretAsFloats();
      mean = weight.fma(sum, mean);
      square = weight.fma(sum.fma(sum, minusB.mul(u)), square);
      weight.mul(sixth).mul(sum.add(u)).intoArray(g.gramGradient, at);
    }
    mean.intoArray(g.oneMean, v);
    square.intoArray(g.oneSquare, v);
  }

  @Override
  public void noneAndOwn(GramSums g, float none) {
    FloatVector zero = FloatVector.zero(F);
    g.readDiagonals();
    for (int v = 0; v < g.width; v += V) {
      FloatVector b = FloatVector.fromArray(F, g.biases, v);
      FloatVector y = g.linear ? b : zero.blend(b, b.compare(VectorOperators.GT, 0f));
      FloatVector d = FloatVector.fromArray(F, g.importance, v).mul(none).mul(y);
      FloatVector half = FloatVector.fromArray(F, g.half, v);
      FloatVector third = FloatVector.fromArray(F, g.third, v);
      half.fma(FloatVector.fromArray(F, g.oneMean, v), d).intoArray(g.biasGradient, v);
      third.fma(FloatVector.fromArray(F, g.oneSquare, v), d.mul(y)).intoArray(g.loss, v);
      ownColumn(g, v, g.linear);
    }
    g.writeDiagonal();
  }

  /** The target of one active feature: of output i where i is active. */
  private static void ownColumn(GramSums g, int v, boolean linear) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector one = FloatVector.broadcast(F, 1f);
    FloatVector b = FloatVector.fromArray(F, g.biases, v);
    FloatVector slope = FloatVector.fromArray(F, g.own, v);
    FloatVector u = b.add(slope);
    FloatVector a0 = linear ? b : zero.blend(b, b.compare(VectorOperators.GT, 0f));
    FloatVector a1 = linear ? u : zero.blend(u, u.compare(VectorOperators.GT, 0f));
    FloatVector top = a1.reinterpretAsInts().max(a0.reinterpretAsInts()).reinterpretAsFloats();
    FloatVector steep =
        slope
            .reinterpretAsInts()
            .lanewise(VectorOperators.AND, SIGN_LESS)
            .max(FLAT)
            .reinterpretAsFloats();
    FloatVector q = top.div(steep);
    FloatVector l = linear ? one : one.blend(q, q.compare(VectorOperators.LT, 1f));
    FloatVector from = one.sub(l).mul(zero.blend(one, b.compare(VectorOperators.LT, 0f)));
    FloatVector to = from.add(l);
    FloatVector sum = a0.add(a1);
    FloatVector moment = from.fma(sum.add(a0), to.mul(sum.add(a1)));
    FloatVector only = FloatVector.fromArray(F, g.only, v);
    FloatVector weight = only.mul(FloatVector.fromArray(F, g.third, v));
    FloatVector minusHalf = only.mul(zero.sub(FloatVector.fromArray(F, g.half, v)));
    weight.fma(one.sub(l.mul(moment)), FloatVector.fromArray(F, g.loss, v)).intoArray(g.loss, v);
    FloatVector squares = to.fma(to, zero.sub(from.mul(from)));
    minusHalf
        .fma(squares, FloatVector.fromArray(F, g.biasGradient, v))
        .intoArray(g.biasGradient, v);
    FloatVector cubes = to.mul(to).fma(to, zero.sub(from.mul(from).mul(from)));
    zero.sub(weight)
        .fma(cubes, FloatVector.fromArray(F, g.ownGradient, v))
        .intoArray(g.ownGradient, v);
  }

  @Override
  public void zeros(GramSums g, int samples) {
    FloatVector zero = FloatVector.zero(F);
    for (int v = 0; v < g.width; v += V) {
      FloatVector b = FloatVector.fromArray(F, g.biases, v);
      FloatVector y = g.linear ? b : zero.blend(b, b.compare(VectorOperators.GT, 0f));
      FloatVector d = FloatVector.fromArray(F, g.importance, v).mul(samples).mul(y);
      FloatVector.fromArray(F, g.biasGradient, v).add(d).intoArray(g.biasGradient, v);
      d.fma(y, FloatVector.fromArray(F, g.loss, v)).intoArray(g.loss, v);
    }
  }

  @Override
  public void samples(GramSums g, SparseSamples list) {
    for (int v = 0; v < g.width; v += V) {
      oneColumn(g, v, list, g.linear);
      twoColumn(g, v, list, g.linear);
      moreColumn(g, v, list, g.linear);
    }
  }

  private static void oneColumn(GramSums g, int v, SparseSamples list, boolean linear) {
    float[] gram = g.gram;
    float[] gradient = g.gramGradient;
    float[] own = g.minusOwn;
    int[] feature = list.features();
    int[] bits = list.valueBits();
    int width = g.width;
    FloatVector zero = FloatVector.zero(F);
    FloatVector b = FloatVector.fromArray(F, g.biases, v);
    FloatVector weight = FloatVector.fromArray(F, g.sampleWeights, v);
    FloatVector bias = FloatVector.fromArray(F, g.biasGradient, v);
    FloatVector loss = FloatVector.fromArray(F, g.loss, v);
    for (int a = 0; a < list.one(); a++) {
      int i = feature[a];
      int at = i * width + v;
      FloatVector xi = IntVector.broadcast(I, bits[a]).reinterpretAsFloats();
      FloatVector pre = xi.fma(FloatVector.fromArray(F, gram, at), b);
      VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
      FloatVector y = linear ? pre : zero.blend(pre, passes);
      FloatVector e = xi.fma(FloatVector.fromArray(F, own, width + v - i), y);
      FloatVector weighted = e.mul(weight);
      FloatVector d = linear ? weighted : zero.blend(weighted, passes);
      loss = weighted.fma(e, loss);
      bias = bias.add(d);
      xi.fma(d, FloatVector.fromArray(F, gradient, at)).intoArray(gradient, at);
    }
    bias.intoArray(g.biasGradient, v);
    loss.intoArray(g.loss, v);
  }

  private static void twoColumn(GramSums g, int v, SparseSamples list, boolean linear) {
    float[] gram = g.gram;
    float[] gradient = g.gramGradient;
    float[] own = g.minusOwn;
    int[] feature = list.features();
    int[] bits = list.valueBits();
    int width = g.width;
    FloatVector zero = FloatVector.zero(F);
    FloatVector b = FloatVector.fromArray(F, g.biases, v);
    FloatVector weight = FloatVector.fromArray(F, g.sampleWeights, v);
    FloatVector bias = FloatVector.fromArray(F, g.biasGradient, v);
    FloatVector loss = FloatVector.fromArray(F, g.loss, v);
    int end = list.one() + 2 * list.two();
    for (int a = list.one(); a < end; a += 2) {
      int i = feature[a];
      int j = feature[a + 1];
      int atI = i * width + v;
      int atJ = j * width + v;
      FloatVector xi = IntVector.broadcast(I, bits[a]).reinterpretAsFloats();
      FloatVector xj = IntVector.broadcast(I, bits[a + 1]).reinterpretAsFloats();
      FloatVector pre =
          xj.fma(
              FloatVector.fromArray(F, gram, atJ), xi.fma(FloatVector.fromArray(F, gram, atI), b));
      VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
      FloatVector y = linear ? pre : zero.blend(pre, passes);
      FloatVector e =
          xj.fma(
              FloatVector.fromArray(F, own, width + v - j),
              xi.fma(FloatVector.fromArray(F, own, width + v - i), y));
      FloatVector weighted = e.mul(weight);
      FloatVector d = linear ? weighted : zero.blend(weighted, passes);
      loss = weighted.fma(e, loss);
      bias = bias.add(d);
      xi.fma(d, FloatVector.fromArray(F, gradient, atI)).intoArray(gradient, atI);
      xj.fma(d, FloatVector.fromArray(F, gradient, atJ)).intoArray(gradient, atJ);
    }
    bias.intoArray(g.biasGradient, v);
    loss.intoArray(g.loss, v);
  }

  private static void moreColumn(GramSums g, int v, SparseSamples list, boolean linear) {
    float[] gram = g.gram;
    float[] gradient = g.gramGradient;
    float[] own = g.minusOwn;
    int[] feature = list.features();
    int[] bits = list.valueBits();
    int[] starts = list.starts();
    int width = g.width;
    FloatVector zero = FloatVector.zero(F);
    FloatVector b = FloatVector.fromArray(F, g.biases, v);
    FloatVector weight = FloatVector.fromArray(F, g.sampleWeights, v);
    FloatVector bias = FloatVector.fromArray(F, g.biasGradient, v);
    FloatVector loss = FloatVector.fromArray(F, g.loss, v);
    for (int s = list.one() + list.two(); s < list.samples(); s++) {
      int end = starts[s + 1];
      FloatVector pre = b;
      FloatVector target = zero;
      for (int a = starts[s]; a < end; a++) {
        FloatVector x = IntVector.broadcast(I, bits[a]).reinterpretAsFloats();
        pre = x.fma(FloatVector.fromArray(F, gram, feature[a] * width + v), pre);
        target = x.fma(FloatVector.fromArray(F, own, width + v - feature[a]), target);
      }
      VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
      FloatVector y = linear ? pre : zero.blend(pre, passes);
      FloatVector e = y.add(target);
      FloatVector weighted = e.mul(weight);
      FloatVector d = linear ? weighted : zero.blend(weighted, passes);
      loss = weighted.fma(e, loss);
      bias = bias.add(d);
      for (int a = starts[s]; a < end; a++) {
        int at = feature[a] * width + v;
        IntVector.broadcast(I, bits[a])
            .reinterpretAsFloats()
            .fma(d, FloatVector.fromArray(F, gradient, at))
            .intoArray(gradient, at);
      }
    }
    bias.intoArray(g.biasGradient, v);
    loss.intoArray(g.loss, v);
  }

  @Override
  public void finish(GramSums g, float scale) {
    Left weights = new Left(g.weightBits, g.width, 1);
    VectorGramProducts.multiply(
        weights, g.m, g.n, g.gramGradient, g.width, scale, g.weightGradient);
  }
}
