package toymodels.data;

/** Which features of a set are active together (Elhage et al. 2022, Correlated Features). */
public enum Coupling {
  /** Every feature is active or not by its own coin. */
  INDEPENDENT("independent"),
  /** One coin a set: its features are all active, with independent values, or all zero. */
  CORRELATED("correlated"),
  /** One coin a set: all zero, or exactly one member, uniformly chosen, is active. */
  ANTICORRELATED("anticorrelated");

  private final String configName;

  Coupling(String configName) {
    this.configName = configName;
  }

  public String configName() {
    return configName;
  }
}
