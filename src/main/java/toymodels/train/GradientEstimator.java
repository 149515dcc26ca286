package toymodels.train;

import java.util.Optional;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelShape;

/**
 * Where a step's gradient comes from. All four estimate the gradient of the same expected loss;
 * they differ in noise, which is a part of training's dynamics, and in time.
 */
public enum GradientEstimator {
  /** The paper's batch: fresh independent samples every step. */
  IID("iid"),
  /**
   * The paper's batch at the cost of its active features alone: the distribution of {@link #IID},
   * but words and bits of its own.
   */
  IID_SPARSE("iid-sparse"),
  /**
   * Stratified by the number of active features (Rao-Blackwellised): inputs with none or one are
   * integrated in closed form, only those with several are sampled. Less noise where features are
   * rare.
   */
  STRATIFIED("stratified"),
  /** All inputs at once: the gradient of the expected loss, without noise, for few features. */
  EXACT("exact");

  /**
   * The most features of a model that the sparse estimators train in Gram form, n² numbers for
   * every thread: one without a hidden ReLU.
   */
  public static final int MAX_GRAM_FEATURES = 4096;

  private final String configName;

  GradientEstimator(String configName) {
    this.configName = configName;
  }

  public String configName() {
    return configName;
  }

  /** Whether a step takes time for active features alone. */
  public boolean sparse() {
    return this == IID_SPARSE || this == STRATIFIED;
  }

  /** Whether losses are of the batch that was drawn; else they estimate the expected loss. */
  public boolean drawsBatch() {
    return this == IID || this == IID_SPARSE;
  }

  /**
   * Empty if this estimator can train the task, else why not. {@link #EXACT} is not judged here:
   * its limit depends on how features are coupled, and its trainer knows it.
   */
  public Optional<String> unsupportedReason(ModelShape shape, Task task) {
    if (!sparse()) {
      return Optional.empty();
    }
    FeatureDistribution inputs = task.inputs();
    boolean gram = !shape.kind().reluHidden();
    if (this == STRATIFIED && !gram) {
      return refusal("serves linear and relu-output models, not " + shape.kind().configName());
    }
    if (gram && shape.features() > MAX_GRAM_FEATURES) {
      return refusal(
          "holds n x n numbers: allowed are %d features, given are %d"
              .formatted(MAX_GRAM_FEATURES, shape.features()));
    }
    if (this == STRATIFIED && inputs.coupling() != Coupling.INDEPENDENT) {
      return refusal(
          "serves independent features, not " + inputs.coupling().configName() + " ones");
    }
    if (this == STRATIFIED && inputs.signed()) {
      return refusal("serves unsigned inputs, not signed ones");
    }
    return Optional.empty();
  }

  private Optional<String> refusal(String reason) {
    return Optional.of("estimator '%s' %s".formatted(configName, reason));
  }
}
