package toymodels.backend.exact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.reference.ReferenceBackend;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

class ExactTrainerTest {
  private static Study study(TrainingPlan plan) {
    Importance equal = Importance.uniform(5, 1);
    return new Study(
        new ModelShape(ModelKind.RELU_OUTPUT, 5, 2),
        List.of(
            new Task(FeatureDistribution.independent(5, 0.05), equal),
            new Task(FeatureDistribution.independent(5, 0.5), Importance.geometric(5, 0.9))),
        3,
        plan);
  }

  private static Checkpoint train(Study study, int... steps) {
    try (Trainer trainer = new ExactTrainer(study, ModelSlice.all(study), Optional.empty())) {
      for (int s : steps) {
        trainer.advance(s);
      }
      return trainer.checkpoint();
    }
  }

  private static void assertSame(Checkpoint expected, Checkpoint actual) {
    assertEquals(expected.step(), actual.step());
    assertTrue(expected.weights().sameBits(actual.weights()));
    assertTrue(expected.secondMoments().sameBits(actual.secondMoments()));
    assertTrue(Arrays.equals(expected.losses(), actual.losses()));
  }

  @Test
  void reaches_the_pentagon_of_the_exact_optimum() {
    TrainingPlan plan =
        TrainingPlan.notebook()
            .exactGradient()
            .withSteps(4000)
            .withAdam(Adam.adam(5e-3))
            .withSchedule(Schedule.LINEAR);
    Study study = study(plan);
    float[] losses = train(study, 4000).losses();
    double best = 5 * Math.min(losses[0], Math.min(losses[1], losses[2]));
    // The optimum, to the rounding of float weights.
    assertEquals(.0089036, best, 1e-7);
  }

  @Test
  void does_not_depend_on_how_steps_are_divided_and_resumes_exactly() {
    Study study = study(TrainingPlan.notebook().exactGradient().withSteps(30));
    Checkpoint whole = train(study, 30);
    assertSame(whole, train(study, 1, 0, 12, 17));
    Checkpoint middle = train(study, 11);
    ModelSlice last = new ModelSlice(4, 2);
    try (Trainer all = new ExactTrainer(study, ModelSlice.all(study), Optional.of(middle))) {
      all.advance(19);
      assertSame(whole, all.checkpoint());
    }
    try (Trainer part = new ExactTrainer(study, last, Optional.empty())) {
      part.advance(30);
      assertTrue(whole.weights().slice(4, 2).sameBits(part.snapshot()));
    }
  }

  @Test
  void every_backend_on_the_host_gives_its_bits() {
    Study study = study(TrainingPlan.notebook().exactGradient().withSteps(20));
    Checkpoint expected = train(study, 20);
    for (Backend backend : List.of(new CpuBackend(2), new ReferenceBackend())) {
      try (backend;
          Trainer trainer = backend.start(study)) {
        trainer.advance(20);
        assertSame(expected, trainer.checkpoint());
      }
    }
  }

  @Test
  void a_step_goes_where_a_large_batch_goes() {
    FeatureDistribution pairs = FeatureDistribution.coupled(Coupling.CORRELATED, 2, 2, 0.6);
    TrainingPlan sampled = TrainingPlan.notebook().withSteps(1).withBatch(1 << 17);
    Study study =
        new Study(
            new ModelShape(ModelKind.LINEAR, 4, 2),
            List.of(Task.equallyImportant(pairs)),
            1,
            sampled);
    Study exact = study.withPlan(sampled.exactGradient());
    try (Backend backend = new ReferenceBackend();
        Trainer one = backend.start(study);
        Trainer other = backend.start(exact)) {
      one.advance(1);
      other.advance(1);
      assertEquals(one.losses()[0], other.losses()[0], 0.01 * one.losses()[0]);
      float[] mean = one.checkpoint().firstMoments().encoder();
      float[] exactMean = other.checkpoint().firstMoments().encoder();
      for (int i = 0; i < mean.length; i++) {
        // Of the order of 0.01, sampled to a few hundredths of that.
        assertEquals(mean[i], exactMean[i], 1e-4);
      }
    }
  }

  @Test
  void what_has_no_exact_loss_is_refused_at_the_start() {
    TrainingPlan plan = TrainingPlan.notebook().exactGradient();
    Task task = Task.equallyImportant(FeatureDistribution.independent(4, 0.5));
    Study hidden = new Study(new ModelShape(ModelKind.RELU_HIDDEN, 4, 2), List.of(task), 1, plan);
    try (Backend backend = new CpuBackend(1)) {
      assertThrows(IllegalArgumentException.class, () -> backend.start(hidden));
    }
  }
}
