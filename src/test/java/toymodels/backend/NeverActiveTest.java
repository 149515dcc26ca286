package toymodels.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.GradientEstimator;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * A density of 0 turns a feature off for good, in every way to draw inputs and on every backend.
 */
class NeverActiveTest {
  private static final int STEPS = 40;

  /** The reference computes in double between the steps. */
  private static final float CLOSE = 1e-5f;

  private static Study study(GradientEstimator estimator) {
    List<Task> tasks = new ArrayList<>();
    for (double[] density :
        new double[][] {{0.5, 0, 0.3, 0}, {0, 0, 0, 0}, {0, 0, 0, 0.4}, {0, 1, 0, 0.01}}) {
      tasks.add(
          new Task(
              new FeatureDistribution(density, Coupling.INDEPENDENT, List.of(), false),
              Importance.uniform(4, 1)));
    }
    if (estimator != GradientEstimator.STRATIFIED) {
      for (Coupling coupling : List.of(Coupling.CORRELATED, Coupling.ANTICORRELATED)) {
        tasks.add(Task.equallyImportant(FeatureDistribution.coupled(coupling, 2, 2, 0)));
        tasks.add(
            Task.equallyImportant(
                new FeatureDistribution(
                    new double[] {0, 0, 0.4, 0.4},
                    coupling,
                    List.of(new int[] {0, 1}, new int[] {2, 3}),
                    false)));
      }
    }
    TrainingPlan plan =
        TrainingPlan.notebook().withSteps(STEPS).withBatch(64).withEstimator(estimator);
    return new Study(new ModelShape(ModelKind.RELU_OUTPUT, 4, 2), tasks, 3, plan);
  }

  private static Checkpoint trained(String name, Study study) {
    try (Backend backend = Backends.open(name, 2);
        Trainer trainer = backend.start(study, ModelSlice.all(study), Optional.empty())) {
      trainer.advance(STEPS);
      return trainer.checkpoint();
    }
  }

  @ParameterizedTest
  @EnumSource(GradientEstimator.class)
  void a_feature_of_density_zero_is_never_drawn(GradientEstimator estimator) {
    Study study = study(estimator);
    Checkpoint cpu = trained("cpu", study);
    Checkpoint reference = trained("reference", study);
    assertArrayEquals(reference.weights().encoder(), cpu.weights().encoder(), CLOSE);
    assertArrayEquals(reference.weights().biases(), cpu.weights().biases(), CLOSE);
    for (int model = 0; model < study.models(); model++) {
      assertEquals(Checkpoint.NOT_DIVERGED, cpu.divergedAt()[model]);
    }
    for (float weight : cpu.weights().encoder()) {
      assertTrue(Float.isFinite(weight));
    }
  }
}
