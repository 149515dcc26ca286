package toymodels.backend.cpu.internal.dense;

import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.Divergence;
import toymodels.train.TrainingPlan;

/** One model while it is trained: its parameters, moments and gradient, out of a checkpoint. */
final class ModelState {
  private final Kernels kernels;
  private final TrainingPlan plan;
  private final int hidden;
  private final Parameters weights;
  private final Parameters first;
  private final Parameters second;
  private final Parameters gradient;

  ModelState(Kernels kernels, ModelShape shape, TrainingPlan plan) {
    this.kernels = kernels;
    this.plan = plan;
    hidden = shape.hidden();
    weights = Parameters.of(shape);
    first = Parameters.of(shape);
    second = Parameters.of(shape);
    gradient = Parameters.of(shape);
  }

  Parameters weights() {
    return weights;
  }

  Parameters gradient() {
    return gradient;
  }

  /** Takes over model k of a range. */
  void load(Checkpoint state, int k) {
    weights.load(state.weights(), k);
    first.load(state.firstMoments(), k);
    second.load(state.secondMoments(), k);
  }

  void store(Checkpoint state, int k) {
    weights.store(state.weights(), k);
    first.store(state.firstMoments(), k);
    second.store(state.secondMoments(), k);
  }

  /** Moves the parameters of features {@code from} to {@code to - 1} by their gradients. */
  void move(Adam.Update update, int from, int to) {
    int at = from * hidden;
    int length = (to - from) * hidden;
    move(
        update,
        weights.encoder(),
        first.encoder(),
        second.encoder(),
        gradient.encoder(),
        at,
        length);
    if (!weights.tied()) {
      move(
          update,
          weights.decoder(),
          first.decoder(),
          second.decoder(),
          gradient.decoder(),
          at,
          length);
    }
    move(
        update,
        weights.biases(),
        first.biases(),
        second.biases(),
        gradient.biases(),
        from,
        to - from);
  }

  private void move(
      Adam.Update update, float[] p, float[] m, float[] v, float[] g, int at, int length) {
    kernels.adam(update, p, m, v, g, at, length);
  }

  /**
   * Where the plan asks for it after so many steps, tests for divergence and marks it.
   *
   * @return true if the model has just diverged; it is stored then
   */
  boolean divergedAfter(int taken, Checkpoint state, int k) {
    if (!Divergence.testedAfter(taken, plan)) {
      return false;
    }
    store(state, k);
    boolean diverged =
        Divergence.diverged(state.weights(), state.firstMoments(), state.secondMoments(), k);
    if (diverged) {
      state.divergedAt()[k] = taken;
    }
    return diverged;
  }
}
