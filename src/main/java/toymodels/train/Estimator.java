package toymodels.train;

/** Where a step's gradient comes from. */
public enum Estimator {
  /** The paper's batch: fresh independent samples every step. */
  IID("iid");

  private final String configName;

  Estimator(String configName) {
    this.configName = configName;
  }

  public String configName() {
    return configName;
  }
}
