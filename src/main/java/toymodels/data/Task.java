package toymodels.data;

/**
 * What one model has to learn: which inputs it sees and how much each feature matters.
 *
 * @param inputs the distribution of the n input features
 * @param importance the n weights of the loss
 */
public record Task(FeatureDistribution inputs, Importance importance) {
  /**
   * @throws IllegalArgumentException if the two disagree on the number of features
   */
  public Task {
    if (inputs.features() != importance.features()) {
      throw new IllegalArgumentException(
          "a task has %d densities and %d importances: both need one value a feature"
              .formatted(inputs.features(), importance.features()));
    }
  }

  /** A task whose features all have an importance of 1. */
  public static Task equallyImportant(FeatureDistribution inputs) {
    return new Task(inputs, Importance.uniform(inputs.features(), 1));
  }

  public int features() {
    return inputs.features();
  }
}
