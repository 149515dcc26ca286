package toymodels.run;

/**
 * How training of a run ended.
 *
 * @param stopped whether it was asked to stop, and saved, before its last step
 * @param models models in all studies
 * @param diverged models that left the finite numbers and were frozen
 */
public record RunOutcome(boolean stopped, int models, int diverged) {
  /** Whether no model is left that can be used. */
  public boolean allDiverged() {
    return diverged == models;
  }
}
