package toymodels.train;

/** How far the floats of a backend are fixed. */
public enum Determinism {
  /** docs/arithmetic.md, version 1: the same bits on every backend. */
  BITWISE("1"),

  /**
   * The same formulas and random words, but sums in whatever order a vendor's library takes: within
   * a tolerance of {@link #BITWISE}, and not always the same bits twice.
   */
  FAST("fast"),

  /** The same formulas and random words in double precision, rounded at checkpoints. */
  REFERENCE("reference");

  private final String label;

  Determinism(String label) {
    this.label = label;
  }

  /** How files of results name it: the number of the definition, where there is one. */
  public String label() {
    return label;
  }
}
