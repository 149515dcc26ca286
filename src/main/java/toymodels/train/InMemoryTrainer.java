package toymodels.train;

import java.util.Optional;
import toymodels.model.ModelBatch;

/** A trainer whose state is one checkpoint in the memory of the host, changed in place. */
public abstract class InMemoryTrainer implements Trainer {
  private final Study study;
  private Checkpoint state;

  /**
   * Starts from initial weights or a copy of a checkpoint.
   *
   * @throws IllegalArgumentException if the checkpoint is not one of these models
   */
  protected InMemoryTrainer(Study study, ModelSlice range, Optional<Checkpoint> from) {
    this.study = study;
    state =
        from.map(c -> c.requireFits(study, range).copy())
            .orElseGet(() -> Checkpoint.initial(study, range));
  }

  /** Takes that many steps within the plan, from {@code state.step()} on, in its arrays. */
  protected abstract void advance(Checkpoint state, int steps);

  @Override
  public final void advance(int steps) {
    Trainer.requireWithinPlan(state.step(), steps, study.plan());
    advance(state, steps);
    state =
        new Checkpoint(
            state.step() + steps,
            state.weights(),
            state.firstMoments(),
            state.secondMoments(),
            state.losses(),
            state.divergedAt());
  }

  @Override
  public final int stepsTaken() {
    return state.step();
  }

  @Override
  public final float[] losses() {
    return state.losses().clone();
  }

  @Override
  public final ModelBatch snapshot() {
    return state.weights().copy();
  }

  @Override
  public final Checkpoint checkpoint() {
    return state.copy();
  }

  /** Nothing is held: threads belong to the backend. */
  @Override
  public final void close() {}
}
