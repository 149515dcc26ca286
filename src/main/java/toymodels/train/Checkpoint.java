package toymodels.train;

import java.util.Arrays;
import toymodels.model.ModelBatch;

/**
 * All that a trainer needs to go on from a step, bit for bit: there is no random state, since every
 * word is keyed by its step.
 *
 * @param step steps taken
 * @param weights the parameters
 * @param firstMoments Adam's m, one number a parameter
 * @param secondMoments Adam's v, one number a parameter
 * @param losses of the last step, before its update, (models); see {@link Trainer#losses}
 * @param divergedAt the step at which a model was found not finite and frozen, or −1, (models)
 */
public record Checkpoint(
    int step,
    ModelBatch weights,
    ModelBatch firstMoments,
    ModelBatch secondMoments,
    float[] losses,
    int[] divergedAt) {
  public static final int NOT_DIVERGED = -1;

  /** The state before the first step. */
  public static Checkpoint initial(Study study, ModelSlice range) {
    int[] divergedAt = new int[range.count()];
    Arrays.fill(divergedAt, NOT_DIVERGED);
    return new Checkpoint(
        0,
        InitialWeights.of(study, range),
        new ModelBatch(study.shape(), range.count()),
        new ModelBatch(study.shape(), range.count()),
        new float[range.count()],
        divergedAt);
  }

  public int models() {
    return weights.models();
  }

  /**
   * Fails unless this is a state of exactly these models within the plan.
   *
   * @throws IllegalArgumentException if it is not
   */
  public Checkpoint requireFits(Study study, ModelSlice range) {
    if (!weights.shape().equals(study.shape()) || models() != range.count()) {
      throw new IllegalArgumentException(
          "a checkpoint of %d models of %s cannot continue %d models of %s"
              .formatted(models(), weights.shape(), range.count(), study.shape()));
    }
    if (step < 0 || step > study.plan().steps()) {
      throw new IllegalArgumentException(
          "a checkpoint at step %d, allowed is 0 to the plan's %d"
              .formatted(step, study.plan().steps()));
    }
    return this;
  }

  /** A copy that shares no array. */
  public Checkpoint copy() {
    return new Checkpoint(
        step,
        weights.copy(),
        firstMoments.copy(),
        secondMoments.copy(),
        losses.clone(),
        divergedAt.clone());
  }
}
