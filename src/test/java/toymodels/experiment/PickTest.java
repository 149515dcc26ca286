package toymodels.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toymodels.backend.Backends;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.Progress;
import toymodels.run.Recording;
import toymodels.run.Trained;
import toymodels.run.Training;
import toymodels.train.Backend;
import toymodels.train.Study;

/** The best model, of all or of those asked for, among more than reach the final. */
class PickTest {
  private static final int REPLICAS = 20;

  private static Trained measured;

  @BeforeAll
  static void train() {
    measured = trained(10);
  }

  private static Trained trained(int features) {
    Task task =
        new Task(
            FeatureDistribution.independent(features, 0.2), Importance.geometric(features, 0.8));
    ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, features, 3);
    Study study = new Study(shape, List.of(task, task), REPLICAS, Plans.cosine(50, 64, 1e-2, 0.3));
    try (Backend backend = Backends.open("cpu", 1)) {
      return Training.train(backend, study, Recording.NOTHING, Progress.NONE);
    }
  }

  private static int worst(double[] losses) {
    return IntStream.range(0, losses.length)
        .reduce(0, (worst, k) -> losses[k] > losses[worst] ? k : worst);
  }

  @Test
  void finds_the_best_of_a_task() {
    List<Pick> ranked = Pick.ranked(measured, 1);
    double[] losses = ranked.stream().mapToDouble(Pick::loss).toArray();
    assertEquals(ranked.get(0).model(), Pick.best(measured, 1).model());
    assertEquals(Arrays.stream(losses).min().orElseThrow(), losses[0]);
    assertTrue(ranked.stream().allMatch(p -> p.model() >= REPLICAS && p.model() < 2 * REPLICAS));
  }

  @Test
  void finds_an_accepted_model_that_is_worse_than_all_finalists() {
    int worst = REPLICAS + worst(Pick.losses(measured, 1));
    assertTrue(Pick.ranked(measured, 1).stream().noneMatch(p -> p.model() == worst));
    Optional<Pick> found = Pick.best(measured, 1).rival(pick -> pick.model() == worst);
    assertEquals(Optional.of(worst), found.map(Pick::model));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 10})
  void finds_none_where_none_is_accepted(int features) {
    Trained trained =
        features == measured.study().shape().features() ? measured : trained(features);
    assertEquals(Optional.empty(), Pick.best(trained, 0).rival(pick -> false));
  }

  @Test
  void finds_an_accepted_model_by_its_exact_loss() {
    Trained exact = trained(4);
    int worst = worst(Pick.exactLosses(exact, 0, REPLICAS));
    assertEquals(
        Optional.of(worst),
        Pick.best(exact, 0).rival(pick -> pick.model() == worst).map(Pick::model));
  }
}
