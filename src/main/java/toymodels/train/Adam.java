package toymodels.train;

/**
 * Adam with decoupled weight decay (Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019);
 * Adam itself is the case of no decay.
 *
 * @param learningRate above 0
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment, above 0
 * @param weightDecay p ← p (1 − lr · weightDecay) each step, biases too, at least 0
 */
public record Adam(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public Adam {
    require("learning_rate", learningRate, learningRate > 0 && learningRate <= 1e6, "(0, 1e6]");
    require("beta1", beta1, beta1 >= 0 && beta1 < 1, "[0, 1)");
    require("beta2", beta2, beta2 >= 0 && beta2 < 1, "[0, 1)");
    require("eps", epsilon, epsilon >= Float.MIN_NORMAL && epsilon <= 1, "[1.2e-38, 1]");
    require("weight_decay", weightDecay, weightDecay >= 0 && weightDecay <= 1e6, "[0, 1e6]");
  }

  private static void require(String name, double value, boolean allowed, String range) {
    if (!allowed) {
      throw new IllegalArgumentException("%s = %s, allowed is %s".formatted(name, value, range));
    }
  }

  /** Adam with the usual moments: 0.9, 0.999, 1e-8. */
  public static Adam adam(double learningRate) {
    return adamW(learningRate, 0);
  }

  /** AdamW with the usual moments. */
  public static Adam adamW(double learningRate, double weightDecay) {
    return new Adam(learningRate, 0.9, 0.999, 1e-8, weightDecay);
  }

  /**
   * The floats of one update, each a double of the host rounded once, so that all backends agree.
   *
   * <p>p ← p · decay; m ← fma(β₁, m, (1 − β₁) g); v ← fma(β₂, v, ((1 − β₂) g) g); p ← p − rate · m
   * / (√v / rootCorrection + ε).
   *
   * @param decay 1 − lr · weightDecay
   * @param rate lr / (1 − β₁ᵗ)
   * @param rootCorrection √(1 − β₂ᵗ)
   */
  public record Update(
      float decay,
      float beta1,
      float oneMinusBeta1,
      float beta2,
      float oneMinusBeta2,
      float rate,
      float rootCorrection,
      float epsilon) {}

  /**
   * The update that ends a step.
   *
   * @param step the step, from 0; the t of the formulas is step + 1
   * @param rate the learning rate of the step
   */
  public Update update(int step, double rate) {
    double t = step + 1.0;
    return new Update(
        (float) (1 - rate * weightDecay),
        (float) beta1,
        (float) (1 - beta1),
        (float) beta2,
        (float) (1 - beta2),
        (float) (rate / (1 - StrictMath.pow(beta1, t))),
        (float) Math.sqrt(1 - StrictMath.pow(beta2, t)),
        (float) epsilon);
  }
}
