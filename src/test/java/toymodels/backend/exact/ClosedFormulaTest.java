package toymodels.backend.exact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * The recursion against the closed formula, summed over all subsets of all patterns with 150
 * digits, which leave enough after its cancellation.
 */
class ClosedFormulaTest {
  private static final MathContext DIGITS = new MathContext(150);

  /** Losses are of order 1, sums of a few hundred roundings. */
  private static final double ROUNDING = 2e-14;

  @Test
  void recursion_equals_the_formula_however_small_coefficients_are() {
    Random random = new Random(8);
    for (int draw = 0; draw < 30; draw++) {
      int n = 1 + random.nextInt(4);
      int m = 1 + random.nextInt(3);
      double[] p = random.doubles(n, 0.01, 1).toArray();
      double[] w = random.doubles(n * m, -1, 1).toArray();
      for (int i = 0; i < n; i++) {
        double size = random.nextBoolean() ? 1 : Math.pow(10, -9 * random.nextDouble());
        for (int d = 0; d < m; d++) {
          w[i * m + d] *= size;
        }
      }
      double[] b = random.doubles(n, -0.5, 0.5).map(v -> random.nextInt(4) == 0 ? 0 : v).toArray();
      double[] importance = random.doubles(n, 0.1, 1).toArray();
      Task task =
          new Task(
              new FeatureDistribution(p, Coupling.INDEPENDENT, List.of(), false),
              new Importance(importance));
      double exact = ExpectedLoss.of(new ModelShape(ModelKind.RELU_OUTPUT, n, m), task).loss(w, b);
      double formula = 0;
      for (int i = 0; i < n; i++) {
        double[] a = new double[n];
        for (int j = 0; j < n; j++) {
          for (int d = 0; d < m; d++) {
            a[j] += w[i * m + d] * w[j * m + d];
          }
        }
        formula += importance[i] * output(i, a, b[i], p);
      }
      assertEquals(formula, exact, ROUNDING, "draw " + draw);
    }
  }

  private static double output(int i, double[] a, double b, double[] p) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int set = 0; set < 1 << p.length; set++) {
      BigDecimal probability = BigDecimal.ONE;
      for (int j = 0; j < p.length; j++) {
        double factor = (set >> j & 1) == 1 ? p[j] : 1 - p[j];
        probability = probability.multiply(new BigDecimal(factor), DIGITS);
      }
      BigDecimal error = q(2, new BigDecimal(b), a, set).multiply(BigDecimal.valueOf(2));
      if ((set >> i & 1) == 1) {
        int others = set & ~(1 << i);
        BigDecimal own = new BigDecimal(a[i]);
        BigDecimal above = new BigDecimal(b).add(own);
        BigDecimal step = q(3, above, a, others).subtract(q(3, new BigDecimal(b), a, others));
        BigDecimal product =
            q(2, above, a, others)
                .divide(own, DIGITS)
                .subtract(step.divide(own.multiply(own), DIGITS));
        error =
            error
                .add(BigDecimal.ONE.divide(BigDecimal.valueOf(3), DIGITS))
                .subtract(product.multiply(BigDecimal.valueOf(2)));
      }
      sum = sum.add(probability.multiply(error, DIGITS), DIGITS);
    }
    return sum.doubleValue();
  }

  /** (1 / Π a) Σ over subsets of (−1)^(k − |S|) R_{r + k}(c + Σ a). */
  private static BigDecimal q(int r, BigDecimal c, double[] a, int set) {
    int[] members = IntStream.range(0, a.length).filter(j -> (set >> j & 1) == 1).toArray();
    int k = members.length;
    BigDecimal sum = BigDecimal.ZERO;
    for (int s = 0; s < 1 << k; s++) {
      BigDecimal v = c;
      for (int t = 0; t < k; t++) {
        v = (s >> t & 1) == 1 ? v.add(new BigDecimal(a[members[t]])) : v;
      }
      BigDecimal power = truncatedPower(v, r + k);
      sum = (k - Integer.bitCount(s)) % 2 == 0 ? sum.add(power) : sum.subtract(power);
    }
    for (int j : members) {
      sum = sum.divide(new BigDecimal(a[j]), DIGITS);
    }
    return sum;
  }

  private static BigDecimal truncatedPower(BigDecimal v, int power) {
    BigDecimal result = v.signum() > 0 ? BigDecimal.ONE : BigDecimal.ZERO;
    for (int k = 1; k <= power; k++) {
      result = result.multiply(v, DIGITS).divide(BigDecimal.valueOf(k), DIGITS);
    }
    return result;
  }
}
