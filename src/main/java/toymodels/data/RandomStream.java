package toymodels.data;

/** What random words are drawn for: the last word of a generator's Philox counter. */
public enum RandomStream {
  /** Feature words of training batches. */
  INPUTS,
  /** One word a sample for each correlated or anticorrelated set. */
  SETS,
  /** Initial weights. */
  INITIAL_WEIGHTS,
  /** Samples of the stratified and sparse estimators. */
  STRATIFIED,
  /** Held-out samples. */
  EVALUATION,
  /** Set words of held-out samples. */
  EVALUATION_SETS;

  int counter() {
    return ordinal();
  }
}
