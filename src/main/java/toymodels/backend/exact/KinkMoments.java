package toymodels.backend.exact;

import java.util.Arrays;

/**
 * Exact expectations of truncated powers R_r(z) = max(z, 0)^r / r! of a weighted sum z = c + Σⱼ aⱼ
 * xⱼ, alone and times one or two of the xⱼ, where each xⱼ is zero with probability 1 − qⱼ and else
 * uniform on [0, 1].
 *
 * <p>One feature at a time is integrated out, by ∫₀¹ R_r(v + a u) du = [R_{r+1}(v + a) −
 * R_{r+1}(v)] / a and its like with u and u² under the integral; a whole subtree is closed by a
 * polynomial as soon as its sum cannot change sign. Features are integrated from the largest |a| to
 * the smallest: then wherever a difference is divided by a, both sides of it are of the order of a
 * power of that same a, and nothing is lost by cancellation however small it is. (The closed
 * formula, the sum over all subsets over Π aⱼ, loses all digits as soon as one coefficient is
 * small.)
 *
 * <p>Rows of results: row 0 is E R_r, row 1 + j is E xⱼ R_r, row 1 + n + j is E x_own xⱼ R_r, for j
 * in the order of integration.
 */
final class KinkMoments {
  /** Coefficients below this count as 0: their cube must stay a normal number. */
  private static final double NEGLIGIBLE = 1e-60;

  /** Truncated powers 0, 1, 2 are wanted at the top. */
  private static final int HIGHEST = 2;

  private final int length;
  private final double[][] low;
  private final double[][] high;
  private final double[][][] series;
  private final double[] sum;
  private final double[] scaledPower;
  private final double[] positive;
  private final double[] negative;
  private final double[] a;
  private final double[] q;
  private final double[] inverseFactorial;
  private final int[] order;
  private final int[] position;
  private final double[] plain;
  private final double[] once;
  private final double[] twice;
  private int n;
  private int own;
  private boolean gradient;

  /**
   * @param capacity the most features of one sum
   */
  KinkMoments(int capacity) {
    length = capacity + HIGHEST + 1;
    int rows = 2 * capacity + 1;
    low = new double[capacity + 1][rows * length];
    high = new double[capacity + 1][rows * length];
    series = new double[capacity + 1][rows][length];
    sum = new double[rows * length];
    scaledPower = new double[length];
    positive = new double[capacity + 1];
    negative = new double[capacity + 1];
    a = new double[capacity];
    q = new double[capacity];
    order = new int[capacity];
    position = new int[capacity];
    plain = new double[length];
    once = new double[length];
    twice = new double[length];
    inverseFactorial = new double[length + 3];
    inverseFactorial[0] = 1;
    for (int k = 1; k < inverseFactorial.length; k++) {
      inverseFactorial[k] = inverseFactorial[k - 1] / k;
    }
  }

  /**
   * Integrates.
   *
   * @param c the constant
   * @param coefficients aⱼ, (features)
   * @param probability qⱼ, (features)
   * @param ownFeature the feature of the second factor, or −1 for none
   * @param withGradient whether every xⱼ is wanted as a factor, or x_own alone
   */
  void integrate(
      double c, double[] coefficients, double[] probability, int ownFeature, boolean withGradient) {
    n = coefficients.length;
    gradient = withGradient;
    sortByMagnitude(coefficients);
    for (int k = 0; k < n; k++) {
      position[order[k]] = k;
      double value = coefficients[order[k]];
      a[k] = Math.abs(value) < NEGLIGIBLE ? 0 : value;
      q[k] = probability[order[k]];
    }
    own = ownFeature < 0 ? -1 : position[ownFeature];
    expandSeries();
    evaluate(0, c, sum);
  }

  /** Largest first, by insertion: there are few, and nothing is allocated. */
  private void sortByMagnitude(double[] coefficients) {
    for (int k = 0; k < n; k++) {
      int at = k;
      double magnitude = Math.abs(coefficients[k]);
      while (at > 0 && Math.abs(coefficients[order[at - 1]]) < magnitude) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = k;
    }
  }

  /** E R_r(z), r = 0, 1, 2. */
  double mean(int r) {
    return sum[r];
  }

  /** E xⱼ R_r(z), r = 0, 1; any j with the gradient, else the own feature alone. */
  double meanTimes(int feature, int r) {
    return sum[(1 + position[feature]) * length + r];
  }

  /** E x_own xⱼ R₀(z), with the gradient only. */
  double meanTimesOwnAnd(int feature) {
    return sum[(1 + n + position[feature]) * length];
  }

  /**
   * For each level, the power series in t of E exp(t Σ aⱼ xⱼ) over the features still to come, with
   * the row's factors: where the sum keeps its sign, E R_r(v + Σ) = Σₖ seriesₖ v^(r−k) / (r−k)!.
   */
  private void expandSeries() {
    positive[n] = 0;
    negative[n] = 0;
    Arrays.fill(series[n][0], 0);
    series[n][0][0] = 1;
    for (int l = n - 1; l >= 0; l--) {
      positive[l] = positive[l + 1] + Math.max(a[l], 0);
      negative[l] = negative[l + 1] + Math.min(a[l], 0);
      double power = q[l];
      for (int k = 0; k <= l + HIGHEST; k++) {
        plain[k] = power * inverseFactorial[k] / (k + 1) + (k == 0 ? 1 - q[l] : 0);
        once[k] = power * inverseFactorial[k] / (k + 2);
        twice[k] = power * inverseFactorial[k] / (k + 3);
        power *= a[l];
      }
      multiply(plain, l, 0, 0);
      for (int j = l + 1; j < n; j++) {
        if (wanted(j)) {
          multiply(plain, l, 1 + j, 1 + j);
        }
        if (gradient && own > l) {
          multiply(plain, l, 1 + n + j, 1 + n + j);
        }
        if (gradient && own == l) {
          multiply(once, l, 1 + j, 1 + n + j);
        }
      }
      if (wanted(l)) {
        multiply(once, l, 0, 1 + l);
      }
      if (gradient && own >= l) {
        multiply(own == l ? twice : once, l, own == l ? 0 : 1 + own, 1 + n + l);
      }
    }
  }

  private boolean wanted(int j) {
    return gradient || j == own;
  }

  private void multiply(double[] factor, int level, int from, int to) {
    double[] source = series[level + 1][from];
    double[] product = series[level][to];
    int terms = level + HIGHEST + 1;
    for (int k = 0; k < terms; k++) {
      double value = 0;
      for (int t = 0; t <= k; t++) {
        value += factor[t] * source[k - t];
      }
      product[k] = value;
    }
  }

  /** All rows over features {@code level} and later, at v; powers up to level + 2. */
  private void evaluate(int level, double v, double[] out) {
    if (v + positive[level] <= 0) {
      close(level, out, null);
    } else if (v + negative[level] >= 0) {
      scaledPower[0] = 1;
      for (int k = 1; k <= level + HIGHEST; k++) {
        scaledPower[k] = scaledPower[k - 1] * v / k;
      }
      close(level, out, series[level]);
    } else {
      evaluate(level + 1, v + a[level], high[level]);
      evaluate(level + 1, v, low[level]);
      combine(level, out);
    }
  }

  private void close(int level, double[] out, double[][] coefficients) {
    closeRow(0, level + HIGHEST, out, coefficients);
    for (int j = level; j < n; j++) {
      if (wanted(j)) {
        closeRow(1 + j, level + 1, out, coefficients);
      }
      if (gradient && own >= level) {
        closeRow(1 + n + j, level, out, coefficients);
      }
    }
  }

  private void closeRow(int row, int highest, double[] out, double[][] coefficients) {
    int at = row * length;
    if (coefficients == null) {
      Arrays.fill(out, at, at + highest + 1, 0);
      return;
    }
    double[] c = coefficients[row];
    for (int r = 0; r <= highest; r++) {
      double value = 0;
      for (int k = 0; k <= r; k++) {
        value += c[k] * scaledPower[r - k];
      }
      out[at + r] = value;
    }
  }

  private void combine(int l, double[] out) {
    average(l, 0, l + HIGHEST, out);
    for (int j = l + 1; j < n; j++) {
      if (wanted(j)) {
        average(l, 1 + j, l + 1, out);
      }
      if (gradient && own > l) {
        average(l, 1 + n + j, l, out);
      }
      if (gradient && own == l) {
        weigh(l, 1 + j, 1 + n + j, l, out);
      }
    }
    if (wanted(l)) {
      weigh(l, 0, 1 + l, l + 1, out);
    }
    if (gradient && own > l) {
      weigh(l, 1 + own, 1 + n + l, l, out);
    }
    if (gradient && own == l) {
      weighTwice(l, 0, 1 + n + l, l, out);
    }
  }

  /** E over x_l: (1 − q) R_r(v) + q [R_{r+1}(v + a) − R_{r+1}(v)] / a. */
  private void average(int l, int row, int highest, double[] out) {
    int at = row * length;
    double[] lo = low[l];
    double[] hi = high[l];
    double scale = q[l] / a[l];
    for (int r = at; r <= at + highest; r++) {
      out[r] = (1 - q[l]) * lo[r] + scale * (hi[r + 1] - lo[r + 1]);
    }
  }

  /** E x_l · over x_l: q { R_{r+1}(v + a) / a − [R_{r+2}(v + a) − R_{r+2}(v)] / a² }. */
  private void weigh(int l, int from, int to, int highest, double[] out) {
    int at = from * length;
    double[] lo = low[l];
    double[] hi = high[l];
    for (int r = 0; r <= highest; r++) {
      double step = (hi[at + r + 2] - lo[at + r + 2]) / a[l];
      out[to * length + r] = q[l] * (hi[at + r + 1] - step) / a[l];
    }
  }

  /** E x_l² · over x_l: by parts, q { R_{r+1}(v + a) − 2 E u R_{r+1}(v + a u) } / a. */
  private void weighTwice(int l, int from, int to, int highest, double[] out) {
    int at = from * length;
    double[] lo = low[l];
    double[] hi = high[l];
    for (int r = 0; r <= highest; r++) {
      double step = (hi[at + r + 3] - lo[at + r + 3]) / a[l];
      double once = (hi[at + r + 2] - step) / a[l];
      out[to * length + r] = q[l] * (hi[at + r + 1] - 2 * once) / a[l];
    }
  }
}
