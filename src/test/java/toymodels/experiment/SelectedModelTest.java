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
import toymodels.train.Backend;
import toymodels.train.InMemoryTraining;
import toymodels.train.Progress;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** The best model, of all or of those asked for, among more than reach the final. */
class SelectedModelTest {
  private static final int REPLICAS = 20;

  private static TrainedStudy measured;

  @BeforeAll
  static void train() {
    measured = trained(10);
  }

  private static TrainedStudy trained(int features) {
    Task task =
        new Task(
            FeatureDistribution.independent(features, 0.2), Importance.geometric(features, 0.8));
    ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, features, 3);
    Study study = new Study(shape, List.of(task, task), REPLICAS, Plans.cosine(50, 64, 1e-2, 0.3));
    try (Backend backend = Backends.open("cpu", 1)) {
      return InMemoryTraining.train(backend, study, RecordingSchedule.NOTHING, Progress.NONE);
    }
  }

  private static int worst(double[] losses) {
    return IntStream.range(0, losses.length)
        .reduce(0, (worst, k) -> losses[k] > losses[worst] ? k : worst);
  }

  @Test
  void finds_the_best_of_a_task() {
    List<SelectedModel> ranked = SelectedModel.ranked(measured, 1);
    double[] losses = ranked.stream().mapToDouble(SelectedModel::loss).toArray();
    assertEquals(ranked.get(0).model(), SelectedModel.best(measured, 1).model());
    assertEquals(Arrays.stream(losses).min().orElseThrow(), losses[0]);
    assertTrue(ranked.stream().allMatch(p -> p.model() >= REPLICAS && p.model() < 2 * REPLICAS));
  }

  @Test
  void finds_an_accepted_model_that_is_worse_than_all_finalists() {
    int worst = REPLICAS + worst(SelectedModel.losses(measured, 1));
    assertTrue(SelectedModel.ranked(measured, 1).stream().noneMatch(p -> p.model() == worst));
    Optional<SelectedModel> found =
        SelectedModel.best(measured, 1).rival(pick -> pick.model() == worst);
    assertEquals(Optional.of(worst), found.map(SelectedModel::model));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 10})
  void finds_none_where_none_is_accepted(int features) {
    TrainedStudy trained =
        features == measured.study().shape().features() ? measured : trained(features);
    assertEquals(Optional.empty(), SelectedModel.best(trained, 0).rival(pick -> false));
  }

  @Test
  void finds_an_accepted_model_by_its_exact_loss() {
    TrainedStudy exact = trained(4);
    int worst = worst(SelectedModel.exactLosses(exact, 0, REPLICAS));
    assertEquals(
        Optional.of(worst),
        SelectedModel.best(exact, 0)
            .rival(pick -> pick.model() == worst)
            .map(SelectedModel::model));
  }
}
