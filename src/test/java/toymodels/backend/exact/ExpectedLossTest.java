package toymodels.backend.exact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

class ExpectedLossTest {
  /** Central differences of step 1e-6 of a loss near 1 in double: 1e-16 / 1e-6, with a margin. */
  private static final double DIFFERENCE_ERROR = 1e-8;

  private static final double ROUNDING = 1e-13;

  private static Task task(FeatureDistribution inputs) {
    return new Task(inputs, Importance.geometric(inputs.features(), 0.8));
  }

  private static List<FeatureDistribution> distributions() {
    double[] mixed = {0.9, 0.2, 0.05, 0.2, 1};
    return List.of(
        FeatureDistribution.independent(4, 1),
        FeatureDistribution.independent(5, 0.1),
        new FeatureDistribution(mixed, Coupling.INDEPENDENT, List.of(), false),
        FeatureDistribution.coupled(Coupling.CORRELATED, 3, 2, 0.3),
        FeatureDistribution.coupled(Coupling.ANTICORRELATED, 2, 3, 0.7),
        new FeatureDistribution(mixed, Coupling.CORRELATED, List.of(new int[] {1, 3}), false));
  }

  private static double[] normals(Random random, int count, double scale) {
    return random.doubles(count, -2 * scale, 2 * scale).toArray();
  }

  @Test
  void gradient_is_that_of_finite_differences_for_every_coupling_and_kind() {
    Random random = new Random(1);
    for (ModelKind kind : List.of(ModelKind.RELU_OUTPUT, ModelKind.LINEAR)) {
      for (FeatureDistribution inputs : distributions()) {
        int n = inputs.features();
        ExpectedLoss loss = ExpectedLoss.of(new ModelShape(kind, n, 2), task(inputs));
        double[] w = normals(random, 2 * n, 0.6);
        double[] b = normals(random, n, 0.2);
        w[0] *= 1e-4;
        w[1] *= 1e-4;
        double[] dw = new double[2 * n];
        double[] db = new double[n];
        assertEquals(loss.loss(w, b), loss.lossAndGradient(w, b, dw, db), ROUNDING);
        checkDifferences(loss, w, b, w, dw);
        checkDifferences(loss, w, b, b, db);
      }
    }
  }

  private static void checkDifferences(
      ExpectedLoss loss, double[] w, double[] b, double[] moved, double[] gradient) {
    double step = 1e-6;
    for (int k = 0; k < moved.length; k++) {
      double at = moved[k];
      moved[k] = at + step;
      double above = loss.loss(w, b);
      moved[k] = at - step;
      double below = loss.loss(w, b);
      moved[k] = at;
      assertEquals((above - below) / (2 * step), gradient[k], DIFFERENCE_ERROR);
    }
  }

  @Test
  void gaussian_quadrature_of_two_features_agrees() {
    Task task = Task.equallyImportant(FeatureDistribution.independent(2, 1));
    ExpectedLoss loss = ExpectedLoss.of(new ModelShape(ModelKind.RELU_OUTPUT, 2, 1), task);
    double[] w = {0.9, -0.7};
    double[] b = {0.05, -0.02};
    int grid = 2000;
    double sum = 0;
    for (int r = 0; r < grid; r++) {
      for (int s = 0; s < grid; s++) {
        double x = (r + 0.5) / grid;
        double y = (s + 0.5) / grid;
        double h = w[0] * x + w[1] * y;
        sum += Math.pow(x - Math.max(w[0] * h + b[0], 0), 2);
        sum += Math.pow(y - Math.max(w[1] * h + b[1], 0), 2);
      }
    }
    // The midpoint rule is good to a few times 1 / grid².
    assertEquals(sum / grid / grid, loss.loss(w, b), 1e-6);
  }

  @Test
  void small_coefficients_lose_no_digits() {
    int n = 8;
    Task task = Task.equallyImportant(FeatureDistribution.independent(n, 0.5));
    ExpectedLoss loss = ExpectedLoss.of(new ModelShape(ModelKind.RELU_OUTPUT, n, 2), task);
    Random random = new Random(3);
    double[] direction = normals(random, 2 * n, 0.5);
    double[] b = new double[n];
    double dead = n * 0.5 / 3;
    for (double scale = 1; scale > 1e-200; scale /= 7) {
      double factor = scale;
      double[] w = Arrays.stream(direction).map(v -> v * factor).toArray();
      double value = loss.loss(w, b);
      assertTrue(value > 0, "loss " + value + " at scale " + scale);
      // L = dead + O(scale²), so scaled down, the loss approaches that of a dead model evenly.
      assertEquals(dead, value, 6 * scale * scale + ROUNDING);
    }
  }

  @Test
  void loss_is_even_across_a_vanishing_coefficient() {
    Task task = Task.equallyImportant(FeatureDistribution.independent(3, 0.4));
    ExpectedLoss loss = ExpectedLoss.of(new ModelShape(ModelKind.RELU_OUTPUT, 3, 2), task);
    double[] b = {-0.3, 0, 0.1};
    double at = loss.loss(new double[] {1, 0, 0, 1, -1, 0}, b);
    for (double angle = 1e-2; angle > 1e-14; angle /= 3) {
      double[] w = {1, 0, Math.sin(angle), Math.cos(angle), -1, 0};
      assertEquals(at, loss.loss(w, b), 2 * angle + ROUNDING);
    }
  }

  @Test
  void parts_by_active_count_sum_to_the_loss_and_the_first_is_the_biases_alone() {
    for (FeatureDistribution inputs : distributions()) {
      int n = inputs.features();
      ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, n, 2);
      Random random = new Random(5);
      double[] w = normals(random, 2 * n, 0.6);
      double[] b = normals(random, n, 0.2);
      ExpectedLoss expanded = ExpectedLoss.truncated(shape, task(inputs), n);
      assertEquals(1, expanded.coverage(), ROUNDING);
      double[] parts = expanded.lossByActiveCount(w, b);
      double exact = ExpectedLoss.of(shape, task(inputs)).loss(w, b);
      assertEquals(exact, Arrays.stream(parts).sum(), ROUNDING);
      double truncated = ExpectedLoss.truncated(shape, task(inputs), 2).loss(w, b);
      assertEquals(parts[0] + parts[1] + parts[2], truncated, ROUNDING);
    }
  }

  @Test
  void what_has_no_closed_form_is_refused_with_its_name() {
    Task plain = task(FeatureDistribution.independent(3, 0.5));
    Task signed = task(FeatureDistribution.independent(3, 0.5).withSigns());
    ModelShape relu = new ModelShape(ModelKind.RELU_OUTPUT, 3, 2);
    assertThrows(IllegalArgumentException.class, () -> ExpectedLoss.of(relu, signed));
    IllegalArgumentException hidden =
        assertThrows(
            IllegalArgumentException.class,
            () -> ExpectedLoss.of(new ModelShape(ModelKind.RELU_HIDDEN, 3, 2), plain));
    assertTrue(hidden.getMessage().contains("relu-hidden"), hidden.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            ExpectedLoss.of(
                new ModelShape(ModelKind.RELU_OUTPUT, 40, 2),
                task(FeatureDistribution.independent(40, 0.5))));
  }
}
