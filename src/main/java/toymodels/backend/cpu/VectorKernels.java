package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.train.Adam;

/**
 * The kernels on the vector units of the CPU, through the JDK's Vector API.
 *
 * <p>Weights are broadcast as integers: JDK 17 takes a float through a general register, but loads
 * an integer into all lanes at once.
 */
final class VectorKernels implements Kernels {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Float> F = CpuLanes.floats();

  private static final VectorSpecies<Integer> I = CpuLanes.ints();
  private static final int V = F.length();

  @Override
  public int lanes() {
    return V;
  }

  @Override
  public String description() {
    return V + " lanes of the Vector API";
  }

  @Override
  public void words(int[] state, int at, int draws, int count, int[] words, int to, int stride) {
    IntVector s0 = IntVector.fromArray(I, state, at);
    IntVector s1 = IntVector.fromArray(I, state, at + V);
    IntVector s2 = IntVector.fromArray(I, state, at + 2 * V);
    IntVector s3 = IntVector.fromArray(I, state, at + 3 * V);
    // One flat loop: the generators would leave their registers in a nested one.
    int row = to;
    int wrap = draws * stride - V;
    int d = draws;
    for (int i = draws * count; i > 0; i--) {
      rotate(s0.add(s3), 7).add(s0).intoArray(words, row);
      IntVector shifted = s1.lanewise(VectorOperators.LSHL, 9);
      s2 = xor(s2, s0);
      s3 = xor(s3, s1);
      s1 = xor(s1, s2);
      s0 = xor(s0, s3);
      s2 = xor(s2, shifted);
      s3 = rotate(s3, 11);
      row += stride;
      if (--d == 0) {
        d = draws;
        row -= wrap;
      }
    }
    s0.intoArray(state, at);
    s1.intoArray(state, at + V);
    s2.intoArray(state, at + 2 * V);
    s3.intoArray(state, at + 3 * V);
  }

  private static IntVector xor(IntVector a, IntVector b) {
    return a.lanewise(VectorOperators.XOR, b);
  }

  private static IntVector rotate(IntVector a, int bits) {
    return a.lanewise(VectorOperators.LSHL, bits)
        .lanewise(VectorOperators.OR, a.lanewise(VectorOperators.LSHR, 32 - bits));
  }

  @Override
  public void values(
      int[] gate,
      int gateAt,
      int[] value,
      int valueAt,
      Feature f,
      float[] x,
      int xAt,
      int vectors) {
    if (!f.signed() && f.offset() == 0 && gate == value && gateAt == valueAt) {
      VectorInputs.plain(value, valueAt, f, x, xAt, vectors);
    } else {
      VectorInputs.coupled(gate, gateAt, value, valueAt, f, x, xAt, vectors);
    }
  }

  @Override
  public void product(
      int rows,
      int[] weights,
      int at,
      Product p,
      float[] start,
      int startAt,
      float[] in,
      int inAt,
      float[] out,
      int outAt,
      int vectors) {
    if (rows == MANY) {
      VectorProducts.four(weights, at, p, start, startAt, in, inAt, out, outAt, vectors);
    } else {
      VectorProducts.two(weights, at, p, start, startAt, in, inAt, out, outAt, vectors);
    }
  }

  @Override
  public void rectify(float[] pairs, int at, int vectors) {
    FloatVector zero = FloatVector.zero(F);
    for (int t = 0; t < vectors; t++) {
      FloatVector h = FloatVector.fromArray(F, pairs, at + 2 * t * V);
      zero.blend(h, h.compare(VectorOperators.GT, 0f)).intoArray(pairs, at + 2 * t * V);
    }
  }

  @Override
  public void gate(float[] pairs, int at, int vectors) {
    FloatVector zero = FloatVector.zero(F);
    for (int t = 0; t < vectors; t++) {
      FloatVector g = FloatVector.fromArray(F, pairs, at + 2 * t * V);
      FloatVector dg = FloatVector.fromArray(F, pairs, at + (2 * t + 1) * V);
      zero.blend(dg, g.compare(VectorOperators.GT, 0f)).intoArray(pairs, at + (2 * t + 1) * V);
    }
  }

  @Override
  public void errors(
      Output output,
      float importance,
      float[] pairs,
      int at,
      float[] loss,
      int lossAt,
      float[] biasSums,
      int biasAt,
      int count,
      int blocks) {
    for (int group = 0; group < SAMPLE_LANES / V; group++) {
      groupErrors(
          output,
          importance,
          pairs,
          at + 2 * group * blocks * V,
          loss,
          lossAt + group * blocks * V,
          biasSums,
          biasAt + group * V,
          count);
    }
  }

  private static void groupErrors(
      Output output,
      float importance,
      float[] pairs,
      int at,
      float[] loss,
      int lossAt,
      float[] biasSums,
      int biasAt,
      int count) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector weight = FloatVector.broadcast(F, importance);
    FloatVector bias = FloatVector.fromArray(F, biasSums, biasAt);
    IntVector magnitude = IntVector.broadcast(I, output.absolute() ? Integer.MAX_VALUE : -1);
    boolean linear = output.linear();
    for (int t = 0; t < count; t++) {
      FloatVector pre = FloatVector.fromArray(F, pairs, at + 2 * t * V);
      FloatVector target =
          FloatVector.fromArray(F, pairs, at + (2 * t + 1) * V)
              .reinterpretAsInts()
              .lanewise(VectorOperators.AND, magnitude)
              .reinterpretAsFloats();
      VectorMask<Float> passes = pre.compare(VectorOperators.GT, 0f);
      FloatVector y = linear ? pre : zero.blend(pre, passes);
      FloatVector e = y.sub(target);
      FloatVector weighted = e.mul(weight);
      FloatVector d = linear ? weighted : zero.blend(weighted, passes);
      weighted
          .fma(e, FloatVector.fromArray(F, loss, lossAt + t * V))
          .intoArray(loss, lossAt + t * V);
      bias = bias.add(d);
      d.intoArray(pairs, at + 2 * t * V);
    }
    bias.intoArray(biasSums, biasAt);
  }

  @Override
  public void addLosses(float[] loss, int at, float[] sums, int sumAt, int blocks) {
    for (int group = 0; group < SAMPLE_LANES / V; group++) {
      FloatVector sum = FloatVector.fromArray(F, sums, sumAt + group * V);
      for (int t = 0; t < blocks; t++) {
        sum = sum.add(FloatVector.fromArray(F, loss, at + (group * blocks + t) * V));
      }
      sum.intoArray(sums, sumAt + group * V);
    }
  }

  @Override
  public void correlate(
      int rows,
      Correlation c,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] sums,
      int at,
      int blocks) {
    for (int group = 0; group < SAMPLE_LANES / V; group++) {
      int skip = 2 * group * blocks * V;
      if (rows == MANY) {
        VectorProducts.correlateFour(c, a, aAt + skip, b, bAt + skip, sums, at + group * V, blocks);
      } else {
        VectorProducts.correlateTwo(c, a, aAt + skip, b, bAt + skip, sums, at + group * V, blocks);
      }
    }
  }

  @Override
  public void adam(
      Adam.Update u,
      float[] parameters,
      float[] first,
      float[] second,
      float[] gradients,
      int at,
      int length) {
    FloatVector beta1 = FloatVector.broadcast(F, u.beta1());
    FloatVector beta2 = FloatVector.broadcast(F, u.beta2());
    int whole = length - length % V;
    for (int i = at; i < at + whole; i += V) {
      FloatVector g = FloatVector.fromArray(F, gradients, i);
      FloatVector m = beta1.fma(FloatVector.fromArray(F, first, i), g.mul(u.oneMinusBeta1()));
      FloatVector v =
          beta2.fma(FloatVector.fromArray(F, second, i), g.mul(u.oneMinusBeta2()).mul(g));
      FloatVector root = v.lanewise(VectorOperators.SQRT).div(u.rootCorrection()).add(u.epsilon());
      FloatVector.fromArray(F, parameters, i)
          .mul(u.decay())
          .sub(m.mul(u.rate()).div(root))
          .intoArray(parameters, i);
      m.intoArray(first, i);
      v.intoArray(second, i);
    }
    ScalarKernels.moveAll(u, parameters, first, second, gradients, at + whole, length - whole);
  }
}
