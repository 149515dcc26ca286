package toymodels.model;

/**
 * The four families of toy model in the paper, by what they compute from an input x of n features
 * through m hidden dimensions (Elhage et al. 2022).
 *
 * <p>W is (hidden, features) in these formulas, as in the paper; arrays hold its transpose, see
 * {@link ModelBatch}.
 */
public enum ModelKind {
  /** x' = WᵀW x + b: learns the principal components (Demonstrating Superposition). */
  LINEAR("linear"),
  /** x' = ReLU(WᵀW x + b): the paper's model of superposition. */
  RELU_OUTPUT("relu-output"),
  /** h = ReLU(W x), x' = ReLU(Wᵀh + b): neurons are a privileged basis (tied weights). */
  RELU_HIDDEN("relu-hidden"),
  /** h = ReLU(W₁ x), y = ReLU(W₂ h + b), trained towards |x|: computation in superposition. */
  ABSOLUTE_VALUE("absolute-value");

  private final String configName;

  ModelKind(String configName) {
    this.configName = configName;
  }

  /** The name in config files and on the command line, such as {@code relu-output}. */
  public String configName() {
    return configName;
  }

  /** Whether the decoder is the encoder's transpose; then a model has one weight matrix only. */
  public boolean tied() {
    return this != ABSOLUTE_VALUE;
  }

  /** Whether the hidden layer has a ReLU, so that its neurons are a privileged basis. */
  public boolean reluHidden() {
    return this == RELU_HIDDEN || this == ABSOLUTE_VALUE;
  }

  /** Whether the output passes through a ReLU. */
  public boolean reluOutput() {
    return this != LINEAR;
  }

  /** Whether the model is trained towards |x| instead of x. */
  public boolean targetsAbsoluteValue() {
    return this == ABSOLUTE_VALUE;
  }
}
