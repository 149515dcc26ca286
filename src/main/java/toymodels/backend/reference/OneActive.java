package toymodels.backend.reference;

/**
 * The expected loss of inputs with exactly one active feature, and its gradient, in closed form: Σⱼ
 * P(only j) ∫₀¹ Σᵢ Iᵢ (s δᵢⱼ − yᵢ)² ds, where x = s eⱼ and yᵢ = ReLU(bᵢ + Gᵢⱼ s), or without the
 * ReLU, and G = WᵀW.
 *
 * <p>Along s, a pre-activation is a straight line from u₀ = bᵢ to u₁ = bᵢ + Gᵢⱼ, positive from t₀
 * to t₁, where it runs from a₀ = ReLU(u₀) to a₁ = ReLU(u₁); l = t₁ − t₀. Then
 *
 * <ul>
 *   <li>F = ∫ y² = l (a₀² + a₀ a₁ + a₁²) / 3,
 *   <li>∂F/∂b = 2 ∫ y = l (a₀ + a₁),
 *   <li>∂F/∂G = 2 ∫ s y = l / 3 · (t₀ (2 a₀ + a₁) + t₁ (2 a₁ + a₀)),
 *   <li>and for i = j the target adds 1/3 − ∂F/∂G to the loss, t₀² − t₁² and ⅔ (t₀³ − t₁³) to the
 *       derivatives.
 * </ul>
 */
final class OneActive {
  private OneActive() {}

  /**
   * The loss, summed over features; adds its derivative, times {@code scale}, to {@code gradient}.
   *
   * @param only P(only j), (features)
   * @param importance I, (features)
   */
  static double loss(
      ReferenceModel model,
      double[] only,
      double[] importance,
      double scale,
      ReferenceModel gradient) {
    int n = model.shape.features();
    double loss = 0;
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < n; i++) {
        double weight = only[j] * importance[i];
        double g = gram(model, i, j);
        Line line = Line.of(model.biases[i], g, model.shape.kind().reluOutput());
        double dg = line.momentTwice();
        double db = line.meanTwice();
        loss += weight * line.square();
        if (i == j) {
          loss += weight * (1.0 / 3 - dg);
          db -= line.to * line.to - line.from * line.from;
          dg -= 2.0 / 3 * (Math.pow(line.to, 3) - Math.pow(line.from, 3));
        }
        gradient.biases[i] += scale * weight * db;
        addGram(model, i, j, scale * weight * dg, gradient);
      }
    }
    return loss;
  }

  /**
   * A rectified straight line on [0, 1]: positive on [from, to], with the values {@code start} and
   * {@code end} there.
   */
  private record Line(double from, double to, double start, double end) {
    static Line of(double u0, double slope, boolean rectified) {
      double u1 = u0 + slope;
      if (!rectified || u0 >= 0 && u1 >= 0) {
        return new Line(0, 1, u0, u1);
      }
      if (u0 <= 0 && u1 <= 0) {
        return new Line(0, 0, 0, 0);
      }
      double crossing = -u0 / slope;
      return u0 > 0 ? new Line(0, crossing, u0, 0) : new Line(crossing, 1, 0, u1);
    }

    double square() {
      return (to - from) * (start * start + start * end + end * end) / 3;
    }

    double meanTwice() {
      return (to - from) * (start + end);
    }

    double momentTwice() {
      return (to - from) / 3 * (from * (2 * start + end) + to * (2 * end + start));
    }
  }

  private static double gram(ReferenceModel model, int i, int j) {
    int m = model.shape.hidden();
    double sum = 0;
    for (int k = 0; k < m; k++) {
      sum += model.encoder[i * m + k] * model.encoder[j * m + k];
    }
    return sum;
  }

  /** Gᵢⱼ = Wᵢ · Wⱼ, so Wᵢ moves along Wⱼ and Wⱼ along Wᵢ. */
  private static void addGram(ReferenceModel model, int i, int j, double dg, ReferenceModel to) {
    int m = model.shape.hidden();
    for (int k = 0; k < m; k++) {
      to.encoder[i * m + k] += dg * model.encoder[j * m + k];
      to.encoder[j * m + k] += dg * model.encoder[i * m + k];
    }
  }
}
