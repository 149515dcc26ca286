package toymodels.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toymodels.backend.exact.ExpectedLoss;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/** Closed forms against the exact evaluator, and against published numbers. */
class TheoryTest {
  private static final double ROUNDING = 1e-12;

  /** Published numbers have four or five decimals. */
  private static final double PRINTED = 2e-5;

  private static double loss(ModelKind kind, int m, Task task, double[] w, double[] b) {
    return ExpectedLoss.of(new ModelShape(kind, task.features(), m), task).loss(w, b);
  }

  private static Task task(double p, Importance importance) {
    return new Task(FeatureDistribution.independent(importance.features(), p), importance);
  }

  @Test
  void two_dedicated_features_leave_the_variance_of_the_rest() {
    double[] w = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    double[] b = {0, 0, 0.5, 0.5, 0.5};
    Task task = task(1, Importance.geometric(5, 0.9));
    double exact = loss(ModelKind.RELU_OUTPUT, 2, task, w, b);
    assertEquals(0.182925, exact, 1e-9);
    assertEquals(exact, ClosedForms.withoutSuperposition(1, task.importance(), 2), ROUNDING);
    assertEquals(exact, loss(ModelKind.LINEAR, 2, task, w, b), ROUNDING);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.37, 0.01})
  void antipodal_pairs_and_dead_features_cost_what_is_written(double p) {
    Importance importance = new Importance(1, 0.3);
    double[] zero = {0, 0};
    assertEquals(
        ClosedForms.antipodalPair(p, 1, 0.3),
        loss(ModelKind.RELU_OUTPUT, 1, task(p, importance), new double[] {1, -1}, zero),
        ROUNDING);
    assertEquals(1.3 * p * p / 6, ClosedForms.antipodalPair(p, 1, 0.3), ROUNDING);
    double[] half = {p / 2, p / 2};
    assertEquals(
        1.3 * (p / 3 - p * p / 4),
        loss(ModelKind.RELU_OUTPUT, 1, task(p, importance), zero, half),
        ROUNDING);
    assertEquals(p / 3 - p * p / 4, ClosedForms.dead(p), ROUNDING);
    double[] fiveInTwo = {1, 0, -1, 0, 0, 1, 0, -1, 0, 0};
    double[] biases = {0, 0, 0, 0, p / 2};
    assertEquals(
        ClosedForms.digons(p, 5, 2),
        loss(ModelKind.RELU_OUTPUT, 2, task(p, Importance.uniform(5, 1)), fiveInTwo, biases),
        ROUNDING);
  }

  @Test
  void floors_without_superposition_are_the_published_ones() {
    Importance importance = Importance.geometric(100, 0.8);
    double[] density = {1, .3, .1, .03, .01, .003, .001};
    double[] floor = {.004804, .004468, .001777, 5.635e-4, 1.907e-4, 5.75e-5, 1.92e-5};
    for (int k = 0; k < density.length; k++) {
      double value = ClosedForms.absoluteValueFloor(density[k], importance, 40);
      assertEquals(floor[k], value, 2e-3 * floor[k]);
    }
  }

  @Test
  void the_surface_of_two_features_without_biases_is_the_exact_loss() {
    Random random = new Random(2);
    for (int draw = 0; draw < 500; draw++) {
      double w1 = random.nextDouble() * 3 - 1.5;
      double w2 = random.nextDouble() * 3 - 1.5;
      double r = 0.1 + 5 * random.nextDouble();
      double p = 0.01 + 0.99 * random.nextDouble();
      // The closed form divides by w₁² and |w₁ w₂|: it loses digits where they are small.
      if (Math.min(w1 * w1, Math.min(w2 * w2, Math.abs(w1 * w2))) > 0.03) {
        Task task = task(p, new Importance(1, r));
        double exact = loss(ModelKind.RELU_OUTPUT, 1, task, new double[] {w1, w2}, new double[2]);
        assertEquals(exact, ClosedForms.twoFeatures(w1, w2, r, p), 1e-9);
      }
    }
  }

  @Test
  void correlated_plateaus_cost_what_is_written() {
    double p = 0.05;
    Task twoSetsOfThree =
        Task.equallyImportant(FeatureDistribution.coupled(Coupling.CORRELATED, 2, 3, p));
    double s = Math.sqrt(1 / 3.0);
    double[] plateau = {s, 0, 0, s, 0, 0, s, 0, 0, 0, s, 0, 0, s, 0, 0, s, 0};
    double exact = loss(ModelKind.RELU_OUTPUT, 3, twoSetsOfThree, plateau, new double[6]);
    assertEquals(p / 3, exact, ROUNDING);
    assertEquals(2 * ClosedForms.collapsedSet(p, 3), exact, ROUNDING);
    double[] octahedron = {1, 0, 0, 0, 1, 0, 0, 0, 1, -1, 0, 0, 0, -1, 0, 0, 0, -1};
    assertEquals(
        p * p, loss(ModelKind.RELU_OUTPUT, 3, twoSetsOfThree, octahedron, new double[6]), ROUNDING);
    Task exclusive =
        Task.equallyImportant(FeatureDistribution.coupled(Coupling.ANTICORRELATED, 2, 2, p));
    double[] digons = {1, 0, -1, 0, 0, 1, 0, -1};
    assertEquals(0, loss(ModelKind.RELU_OUTPUT, 2, exclusive, digons, new double[4]));
  }

  /** A set of k on one direction, k in a simplex of exclusive features, two sets face to face. */
  @ParameterizedTest
  @CsvSource({"2, .26", "3, .39", "4, .52", "4, .05"})
  void sets_of_any_size_cost_what_is_written(int k, double p) {
    Importance equal = Importance.uniform(k, 1);
    double[] together = new double[k];
    Arrays.fill(together, Math.sqrt(1.0 / k));
    Task one = new Task(FeatureDistribution.coupled(Coupling.CORRELATED, 1, k, p), equal);
    assertEquals(
        ClosedForms.collapsedSet(p, k),
        loss(ModelKind.RELU_OUTPUT, 1, one, together, new double[k]),
        ROUNDING);
    Task exclusive = new Task(FeatureDistribution.coupled(Coupling.ANTICORRELATED, 1, k, p), equal);
    double[] simplex = Polytope.simplex(k - 1);
    assertEquals(
        0, loss(ModelKind.RELU_OUTPUT, k - 1, exclusive, simplex, new double[k]), ROUNDING);
    double[] opposite = new double[2 * k * k];
    for (int i = 0; i < k; i++) {
      opposite[i * k + i] = 1;
      opposite[(k + i) * k + i] = -1;
    }
    Task two = Task.equallyImportant(FeatureDistribution.coupled(Coupling.CORRELATED, 2, k, p));
    assertEquals(
        k * ClosedForms.antipodalPair(p, 1, 1),
        loss(ModelKind.RELU_OUTPUT, k, two, opposite, new double[2 * k]),
        ROUNDING);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void the_best_theory_changes_at_the_boundaries(int features) {
    int cells = 200;
    for (int column = 0; column < cells; column++) {
      double r = Math.pow(10, 2.0 * column / (cells - 1) - 1);
      double boundary = PhaseTheory.boundary(features, r);
      double cell = Math.pow(10, 2.0 / (cells - 1));
      for (int row = 0; row < cells; row++) {
        double p = Math.pow(10, -2.0 * row / (cells - 1));
        PhaseTheory best = PhaseTheory.best(features, r, p);
        boolean superposed =
            best == PhaseTheory.SUPERPOSE_LAST_TWO || best == PhaseTheory.SUPERPOSE_FIRST_TWO;
        if (Math.abs(Math.log(p / boundary)) > Math.log(cell)) {
          assertEquals(p < boundary, superposed, "r " + r + " p " + p);
        }
        if (!superposed && Math.abs(Math.log(r)) > ROUNDING) {
          assertEquals(r > 1 ? PhaseTheory.IGNORE_FIRST : PhaseTheory.IGNORE_LAST, best);
        }
      }
    }
    assertEquals(4 / 7.0, PhaseTheory.boundary(features, 1), ROUNDING);
    assertThrows(IllegalArgumentException.class, () -> PhaseTheory.boundary(4, 1));
  }

  @ParameterizedTest
  @CsvSource({".1, .1811", ".3, .3758", ".5, .4845", "1, .7066", "2, .4845", "10, .1811"})
  void the_exact_boundary_of_two_features(double r, double published) {
    assertEquals(published, PhaseBoundary.exact(2, r), 0.003);
  }

  @Test
  void the_exact_boundary_of_three_features_is_that_of_two_until_the_triangle_takes_over() {
    assertEquals(PhaseBoundary.exact(2, 0.3), PhaseBoundary.exact(3, 0.3), 1e-5);
    // An extra feature that keeps its dimension leaves the two others to themselves.
    assertEquals(PhaseBoundary.exact(2, 1), PhaseBoundary.exact(3, 4), 1e-5);
    // Three equal features make a triangle at every density, which two cannot.
    ExactMinimum equal = PhaseBoundary.optimum(3, 1, 0.8);
    assertEquals(-0.5, equal.geometry().cosine(0, 1), 1e-6);
    assertEquals(1, PhaseBoundary.exact(3, 1));
  }

  @Test
  void the_potential_of_one_active_feature_is_the_exact_loss() {
    Random random = new Random(4);
    for (int draw = 0; draw < 200; draw++) {
      int c = 2 + random.nextInt(6);
      double[] w = random.doubles(2 * c, -1.5, 1.5).toArray();
      double[] b = random.doubles(c, -1, 0.5).toArray();
      Task task = Task.equallyImportant(ChenPotential.oneActive(c));
      double exact = loss(ModelKind.RELU_OUTPUT, 2, task, w, b);
      double potential = ChenPotential.of(Geometry.of(w, 2), b) / (3 * c);
      assertEquals(exact, potential, 1e-6 * exact);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, 1.17046, -.28230, .23738",
    "6, 1.32053, -.61814, .86746",
    "7, 1.44839, -.96691, 1.74870",
    "8, 1.55045, -1.29119, 2.77311"
  })
  void polygons_of_one_active_feature(int k, double norm, double bias, double h) {
    RegularMinimum minimum = ChenPotential.polygon(k);
    assertEquals(norm, minimum.norm(), PRINTED);
    assertEquals(bias, minimum.bias(), PRINTED);
    assertEquals(h, 3 * k * minimum.loss(), PRINTED);
  }

  @Test
  void losses_of_polygons_among_six_features() {
    assertEquals(.11111, ChenPotential.loss(4, 6, false), PRINTED);
    assertEquals(.10417, ChenPotential.loss(4, 6, true), PRINTED);
    assertEquals(.06874, ChenPotential.loss(5, 6, false), PRINTED);
    assertEquals(.06180, ChenPotential.loss(5, 6, true), PRINTED);
    assertEquals(.04819, ChenPotential.loss(6, 6, false), PRINTED);
    assertEquals(.05667, ChenPotential.loss(4, 5, true), PRINTED);
    assertEquals(7, ChenPotential.learningCoefficient(5, false));
    assertEquals(8.5, ChenPotential.learningCoefficient(5, true));
    assertEquals(8.5, ChenPotential.learningCoefficient(6, false));
  }
}
