package toymodels.train;

import toymodels.model.ModelBatch;

/**
 * A study that has been trained to its end, in memory.
 *
 * @param study what was trained
 * @param last the state after the last step
 * @param history parameters at recorded steps
 * @param losses loss of every model at recorded steps
 */
public record TrainedStudy(Study study, Checkpoint last, History history, LossCurve losses) {
  /** The final parameters. */
  public ModelBatch models() {
    return last.weights();
  }
}
