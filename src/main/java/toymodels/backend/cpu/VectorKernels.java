package toymodels.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.train.Adam;

/** The kernels on the vector units of the CPU, through the JDK's Vector API. */
final class VectorKernels implements Kernels {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Float> F = CpuLanes.floats();

  private static final int V = F.length();

  @Override
  public int lanes() {
    return V;
  }

  @Override
  public int registers() {
    return CpuLanes.registers();
  }

  @Override
  public String description() {
    return V + " lanes of the Vector API";
  }

  @Override
  public void words(
      int[] state, int at, int draws, int count, int[] words, int to, int stride, int step) {
    VectorInputs.words(state, at, draws, count, words, to, stride, step);
  }

  @Override
  public void inputs(
      int[] state,
      int at,
      int draws,
      int count,
      int[] thresholds,
      float[] scales,
      int featureAt,
      float[] x,
      int to,
      int stride,
      int step) {
    VectorInputs.inputs(
        state, at, draws, count, thresholds, scales, featureAt, x, to, stride, step);
  }

  @Override
  public void values(
      int[] gate,
      int gateAt,
      int gateStep,
      int[] value,
      int valueAt,
      int valueStep,
      Feature f,
      float[] x,
      int xAt,
      int xStep,
      int rounds) {
    VectorInputs.coupled(
        gate, gateAt, gateStep, value, valueAt, valueStep, f, x, xAt, xStep, rounds);
  }

  @Override
  public void product(
      int rows,
      float[] weights,
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
      int rounds) {
    switch (rows) {
      case TEN ->
          VectorProducts.ten(
              weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, rounds);
      case FOUR ->
          VectorProducts.four(
              weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, rounds);
      default ->
          VectorProducts.two(
              weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, rounds);
    }
  }

  @Override
  public void pairedProduct(
      int rows,
      float[] weights,
      int at,
      int pairs,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep,
      int rounds) {
    if (rows == FIVE) {
      VectorProducts.pairedFive(weights, at, pairs, in, inAt, inStep, out, outAt, outStep, rounds);
    } else {
      VectorProducts.pairedTwo(weights, at, pairs, in, inAt, inStep, out, outAt, outStep, rounds);
    }
  }

  @Override
  public void wideProduct(
      int rows,
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
      int rounds) {
    if (rows == FOUR) {
      VectorWide.four(
          weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, rounds);
    } else {
      VectorWide.two(
          weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, rounds);
    }
  }

  @Override
  public void spread(float[] from, int at, int stride, int count, float[] to, int toAt) {
    for (int i = 0; i < count; i++) {
      FloatVector.broadcast(F, from[at + i * stride]).intoArray(to, toAt + i * V);
    }
  }

  @Override
  public void rectify(float[] g, int at, int rows) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      FloatVector h = FloatVector.fromArray(F, g, at + i * V);
      zero.blend(h, h.compare(VectorOperators.GT, 0f)).intoArray(g, at + i * V);
    }
  }

  @Override
  public void gate(float[] hidden, int at, int dgAt, int rows) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      FloatVector g = FloatVector.fromArray(F, hidden, at + i * V);
      FloatVector dg = FloatVector.fromArray(F, hidden, dgAt + i * V);
      zero.blend(dg, g.compare(VectorOperators.GT, 0f)).intoArray(hidden, dgAt + i * V);
    }
  }

  @Override
  public void errors(
      Output output,
      int featureLanes,
      int features,
      float[] importance,
      float[] d,
      int at,
      int xAt,
      int step,
      float[] loss,
      int rounds) {
    if (featureLanes == 1) {
      VectorErrors.oneLane(output, features, importance, d, at, xAt, step, loss, rounds);
    } else {
      VectorErrors.twoLanes(output, features, importance, d, at, xAt, step, loss, rounds);
    }
  }

  @Override
  public void twoHidden(
      boolean linear,
      int features,
      float[] weights,
      float[] biases,
      float[] importance,
      float[] d,
      int half,
      float[] hidden,
      float[] loss,
      int rounds) {
    VectorTwoHidden.pass(
        linear, features, weights, biases, importance, d, half, hidden, loss, rounds);
  }

  @Override
  public void addRows(
      int rows, float[] in, int inAt, int inStep, float[] sums, int at, int rounds) {
    int fours = rows - rows % FOUR;
    for (int r = 0; r < fours; r += FOUR) {
      VectorRowSums.addFour(in, inAt + r * V, inStep, sums, at + r * V, rounds);
    }
    for (int r = fours; r < rows; r++) {
      VectorRowSums.addOne(in, inAt + r * V, inStep, sums, at + r * V, rounds);
    }
  }

  @Override
  public void correlate(
      int rows,
      int columns,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] sums,
      int at,
      int count) {
    switch (rows) {
      case TEN -> VectorCorrelations.tenByOne(a, aAt, aStep, b, bAt, bStep, sums, at, count);
      case SIX -> VectorCorrelations.sixByTwo(a, aAt, aStep, b, bAt, bStep, sums, at, count);
      case FOUR -> {
        if (columns == FIVE) {
          VectorCorrelations.fourByFive(a, aAt, aStep, b, bAt, bStep, sums, at, count);
        } else {
          VectorCorrelations.fourByTwo(a, aAt, aStep, b, bAt, bStep, sums, at, count);
        }
      }
      default -> VectorCorrelations.twoByTwo(a, aAt, aStep, b, bAt, bStep, sums, at, count);
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
