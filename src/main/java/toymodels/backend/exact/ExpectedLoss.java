package toymodels.backend.exact;

import java.util.Arrays;
import java.util.List;
import toymodels.backend.exact.ActivePatterns.Pattern;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * The expected loss L(W, b) = E Σᵢ Iᵢ (xᵢ − x'ᵢ)² of a linear or ReLU-output model, and its
 * gradient, without sampling: the integral over all inputs in closed form, to rounding.
 *
 * <p>Given who may be active, output i depends on the sum zᵢ = bᵢ + Σⱼ Gᵢⱼ xⱼ, with G = WᵀW, and
 * its expected error is E xᵢ² − 2 E xᵢ ReLU(zᵢ) + E ReLU(zᵢ)²; {@link KinkMoments} integrates. The
 * time grows as n 2ᵏ for k features that can be active together: fast to about 12. Beyond, {@link
 * #truncated} leaves out the inputs with many active features.
 *
 * <p>An instance has buffers: one thread at a time.
 */
public final class ExpectedLoss {
  /** The most leaves 2ᵏ, summed over patterns, of one output: about a second a model. */
  private static final double MAX_LEAVES = 1 << 20;

  private final int n;
  private final int m;
  private final double[] importance;
  private final List<Pattern> patterns;
  private final boolean relu;
  private final KinkMoments moments;
  private final double[] gram;
  private final double[] gramGradient;

  private ExpectedLoss(ModelShape shape, Task task, List<Pattern> patterns) {
    requireSupported(shape, task);
    this.n = shape.features();
    this.m = shape.hidden();
    this.importance = task.importance().values();
    this.patterns = patterns;
    this.relu = shape.kind() == ModelKind.RELU_OUTPUT;
    int largest = patterns.stream().mapToInt(p -> p.features().length).max().orElse(0);
    double leaves = patterns.stream().mapToDouble(p -> Math.pow(2, p.features().length)).sum();
    if (relu && leaves > MAX_LEAVES) {
      throw new IllegalArgumentException(
          "the exact loss of %d features that may be active together takes 2^%d terms an output:"
                  .formatted(largest, largest)
              + " allowed are 2^20 in all; truncate it to few active features, or sample");
    }
    this.moments = relu ? new KinkMoments(largest) : null;
    this.gram = new double[n * n];
    this.gramGradient = new double[n * n];
  }

  /**
   * The exact loss of a task.
   *
   * @throws IllegalArgumentException if the kind has a hidden ReLU, inputs are signed, or there are
   *     too many features
   */
  public static ExpectedLoss of(ModelShape shape, Task task) {
    requireSupported(shape, task);
    return new ExpectedLoss(shape, task, ActivePatterns.of(task.inputs()));
  }

  /**
   * The part of the loss from inputs with at most {@code maxActive} active features: what is left
   * out is of the order of (n p)^(maxActive + 1).
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static ExpectedLoss truncated(ModelShape shape, Task task, int maxActive) {
    requireSupported(shape, task);
    return new ExpectedLoss(shape, task, ActivePatterns.expanded(task.inputs(), maxActive));
  }

  /** Whether {@link #of} would do it. */
  public static boolean supports(ModelShape shape, Task task) {
    FeatureDistribution inputs = task.inputs();
    return !shape.kind().reluHidden() && !inputs.signed() && shape.features() == task.features();
  }

  private static void requireSupported(ModelShape shape, Task task) {
    if (!supports(shape, task)) {
      throw new IllegalArgumentException(
          "no exact loss of a %s model of %d features with %s inputs of %d features: it exists for"
                  .formatted(
                      shape.kind().configName(),
                      shape.features(),
                      task.inputs().signed() ? "signed" : "unsigned",
                      task.features())
              + " linear and relu-output models of unsigned inputs; sample instead");
    }
  }

  /** P(the inputs that are counted): 1 unless truncated. */
  public double coverage() {
    return patterns.stream().mapToDouble(Pattern::probability).sum();
  }

  /**
   * L(W, b), at least 0.
   *
   * @param w W, (features, hidden)
   * @param b biases, (features)
   */
  public double loss(double[] w, double[] b) {
    double loss = 0;
    for (Pattern pattern : gramOf(w)) {
      loss += pattern.probability() * patternLoss(pattern, b, null, null);
    }
    return loss;
  }

  /**
   * L(W, b), and its derivatives, which replace what the two last arrays hold.
   *
   * @param w W, (features, hidden)
   * @param b biases, (features)
   * @param dw receives ∂L/∂W, (features, hidden)
   * @param db receives ∂L/∂b, (features)
   */
  public double lossAndGradient(double[] w, double[] b, double[] dw, double[] db) {
    Arrays.fill(gramGradient, 0);
    Arrays.fill(db, 0);
    double loss = 0;
    for (Pattern pattern : gramOf(w)) {
      loss += pattern.probability() * patternLoss(pattern, b, gramGradient, db);
    }
    Arrays.fill(dw, 0);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double d = gramGradient[i * n + j] + gramGradient[j * n + i];
        for (int k = 0; d != 0 && k < m; k++) {
          dw[i * m + k] += d * w[j * m + k];
        }
      }
    }
    return loss;
  }

  /**
   * The loss by how many features are active, (features + 1): entry k is the part of L from inputs
   * with k active features, P(|A| = k) times the mean error there. With one density p it is the
   * paper's C(n, k)-fold sum pᵏ (1 − p)ⁿ⁻ᵏ L_k; the entries sum to L, or to the truncated L.
   *
   * @throws IllegalStateException unless made by {@link #truncated}, which may be at n
   */
  public double[] lossByActiveCount(double[] w, double[] b) {
    double[] parts = new double[n + 1];
    for (Pattern pattern : gramOf(w)) {
      if (pattern.certain() != pattern.features().length) {
        throw new IllegalStateException(
            "the loss by active count needs every pattern by itself: use truncated(..., n)");
      }
      parts[pattern.certain()] += pattern.probability() * patternLoss(pattern, b, null, null);
    }
    return parts;
  }

  private List<Pattern> gramOf(double[] w) {
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        double dot = 0;
        for (int k = 0; k < m; k++) {
          dot += w[i * m + k] * w[j * m + k];
        }
        gram[i * n + j] = dot;
        gram[j * n + i] = dot;
      }
    }
    return patterns;
  }

  /** Σᵢ Iᵢ E (xᵢ − x'ᵢ)² given a pattern; adds derivatives times the pattern's probability. */
  private double patternLoss(Pattern pattern, double[] b, double[] dGram, double[] db) {
    int[] features = pattern.features();
    double[] coefficients = new double[features.length];
    double loss = 0;
    for (int i = 0; i < n; i++) {
      if (importance[i] == 0) {
        continue;
      }
      int own = -1;
      for (int k = 0; k < features.length; k++) {
        coefficients[k] = gram[i * n + features[k]];
        own = features[k] == i ? k : own;
      }
      double error =
          relu
              ? reluError(i, b[i], coefficients, own, pattern, dGram, db)
              : linearError(i, b[i], coefficients, own, pattern, dGram, db);
      // The error is a mean of squares; below 0 it is the rounding of a perfect reconstruction.
      loss += importance[i] * Math.max(error, 0);
    }
    return loss;
  }

  private double reluError(
      int i, double c, double[] a, int own, Pattern pattern, double[] dGram, double[] db) {
    moments.integrate(c, a, pattern.coins(), own, db != null);
    if (db != null) {
      double scale = 2 * importance[i] * pattern.probability();
      db[i] += scale * (moments.mean(1) - (own < 0 ? 0 : moments.meanTimes(own, 0)));
      for (int k = 0; k < a.length; k++) {
        double d = moments.meanTimes(k, 1) - (own < 0 ? 0 : moments.meanTimesOwnAnd(k));
        dGram[i * n + pattern.features()[k]] += scale * d;
      }
    }
    double error = 2 * moments.mean(2);
    return own < 0 ? error : error + pattern.coins()[own] / 3 - 2 * moments.meanTimes(own, 1);
  }

  /** The same with z for ReLU(z): only means q/2 and variances q/3 − q²/4 are needed. */
  private double linearError(
      int i, double c, double[] a, int own, Pattern pattern, double[] dGram, double[] db) {
    double mean = c;
    double variance = 0;
    for (int k = 0; k < a.length; k++) {
      double q = pattern.coins()[k];
      double weight = a[k] - (k == own ? 1 : 0);
      mean += weight * q / 2;
      variance += weight * weight * variance(q);
    }
    if (db != null) {
      double scale = 2 * importance[i] * pattern.probability();
      db[i] += scale * mean;
      for (int k = 0; k < a.length; k++) {
        double q = pattern.coins()[k];
        double weight = a[k] - (k == own ? 1 : 0);
        dGram[i * n + pattern.features()[k]] += scale * (mean * q / 2 + weight * variance(q));
      }
    }
    return mean * mean + variance;
  }

  private static double variance(double q) {
    return q / 3 - q * q / 4;
  }
}
