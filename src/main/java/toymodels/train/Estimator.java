package toymodels.train;

/** Where a step's gradient comes from. */
public enum Estimator {
  /** The paper's batch: fresh independent samples every step. */
  IID("iid"),
  /** All inputs at once: the gradient of the expected loss, without noise, for few features. */
  EXACT("exact");

  private final String configName;

  Estimator(String configName) {
    this.configName = configName;
  }

  public String configName() {
    return configName;
  }
}
