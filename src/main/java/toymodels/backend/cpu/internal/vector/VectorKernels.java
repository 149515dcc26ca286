package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.ScalarKernels;
import toymodels.train.Adam;

/** The kernels on the vector units of the CPU, through the JDK's Vector API. */
final class VectorKernels implements Kernels {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();

  private static final int V = F.length();

  @Override
  public int lanes() {
    return V;
  }

  @Override
  public int registers() {
    return VectorSpeciesChoice.registers();
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
      int vectors) {
    VectorInputs.coupled(
        gate, gateAt, gateStep, value, valueAt, valueStep, f, x, xAt, xStep, vectors);
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
      int vectors) {
    switch (rows) {
      case LARGE_ROW_TILE ->
          VectorProducts.ten(
              weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, vectors);
      case MEDIUM_ROW_TILE ->
          VectorProducts.four(
              weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, vectors);
      default ->
          VectorProducts.two(
              weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, vectors);
    }
  }

  @Override
  public void splitFeatureProduct(
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
      int vectors) {
    if (rows == SPLIT_ROW_TILE) {
      VectorProducts.pairedFive(weights, at, pairs, in, inAt, inStep, out, outAt, outStep, vectors);
    } else {
      VectorProducts.pairedTwo(weights, at, pairs, in, inAt, inStep, out, outAt, outStep, vectors);
    }
  }

  @Override
  public void broadcastProduct(
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
      int vectors) {
    if (rows == MEDIUM_ROW_TILE) {
      VectorWide.four(
          weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, vectors);
    } else {
      VectorWide.two(
          weights, at, terms, start, startAt, in, inAt, inStep, out, outAt, outStep, vectors);
    }
  }

  @Override
  public void broadcast(float[] from, int at, int stride, int count, float[] to, int toAt) {
    for (int i = 0; i < count; i++) {
      FloatVector.broadcast(F, from[at + i * stride]).intoArray(to, toAt + i * V);
    }
  }

  @Override
  public void relu(float[] g, int at, int rows) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      FloatVector h = FloatVector.fromArray(F, g, at + i * V);
      zero.blend(h, h.compare(VectorOperators.GT, 0f)).intoArray(g, at + i * V);
    }
  }

  @Override
  public void reluBackward(float[] hidden, int at, int dgAt, int rows) {
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
      int vectors) {
    if (featureLanes == 1) {
      VectorErrors.oneLane(output, features, importance, d, at, xAt, step, loss, vectors);
    } else {
      VectorErrors.twoLanes(output, features, importance, d, at, xAt, step, loss, vectors);
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
      int vectors) {
    VectorTwoHidden.pass(
        linear, features, weights, biases, importance, d, half, hidden, loss, vectors);
  }

  @Override
  public void addRows(
      int rows, float[] in, int inAt, int inStep, float[] sums, int at, int vectors) {
    int fours = rows - rows % MEDIUM_ROW_TILE;
    for (int r = 0; r < fours; r += MEDIUM_ROW_TILE) {
      VectorLaneAccumulator.addFour(in, inAt + r * V, inStep, sums, at + r * V, vectors);
    }
    for (int r = fours; r < rows; r++) {
      VectorLaneAccumulator.addOne(in, inAt + r * V, inStep, sums, at + r * V, vectors);
    }
  }

  @Override
  public void weightGradient(
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
      case LARGE_ROW_TILE ->
          VectorWeightGradient.tenByOne(a, aAt, aStep, b, bAt, bStep, sums, at, count);
      case GRADIENT_ROW_TILE ->
          VectorWeightGradient.sixByTwo(a, aAt, aStep, b, bAt, bStep, sums, at, count);
      case MEDIUM_ROW_TILE -> {
        if (columns == SPLIT_ROW_TILE) {
          VectorWeightGradient.fourByFive(a, aAt, aStep, b, bAt, bStep, sums, at, count);
        } else {
          VectorWeightGradient.fourByTwo(a, aAt, aStep, b, bAt, bStep, sums, at, count);
        }
      }
      default -> VectorWeightGradient.twoByTwo(a, aAt, aStep, b, bAt, bStep, sums, at, count);
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
