package toymodels.backend.cpu.internal.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.backend.cpu.internal.vector.VectorWidth;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** All threads on one model train the bits that one thread trains. */
class ParallelModelTrainerTest {
  private static final int STEPS = 3;

  @ParameterizedTest
  @CsvSource({
    "RELU_OUTPUT, 400, 30, 100, 1, INDEPENDENT",
    "RELU_OUTPUT, 400, 30, 1024, 3, INDEPENDENT",
    "LINEAR, 101, 7, 1000, 2, CORRELATED",
    "RELU_HIDDEN, 64, 33, 250, 1, INDEPENDENT",
    "ABSOLUTE_VALUE, 71, 2, 300, 3, ANTICORRELATED",
    "ABSOLUTE_VALUE, 20, 5, 100, 1, INDEPENDENT",
  })
  void threads_that_share_a_model_train_the_bits_of_one(
      ModelKind kind, int n, int m, int batch, int microBatches, Coupling coupling) {
    Study study = study(new ModelShape(kind, n, m), batch, microBatches, coupling);
    ModelSlice range = ModelSlice.all(study);
    for (Kernels kernels : List.of(new ScalarKernels("in a test"), VectorWidth.kernels())) {
      Checkpoint expected = Checkpoint.initial(study, range);
      DenseStep alone = new DenseStep(kernels, study.shape(), study.plan());
      new LayerModelTrainer(kernels, alone, study, range).advance(expected, 1, 0, updates(study));
      for (int threads : new int[] {1, 2, 3, 7}) {
        Checkpoint actual = Checkpoint.initial(study, range);
        try (WorkerPool crew = new WorkerPool(threads)) {
          new ParallelModelTrainer(kernels, crew, study, range)
              .advance(actual, 1, 0, updates(study));
        }
        requireSame(expected, actual, threads + " threads, " + kernels.description());
      }
    }
  }

  @Test
  void large_models_are_shared_and_small_ones_are_not() {
    assertTrue(
        ParallelModelTrainer.pays(
            study(new ModelShape(ModelKind.LINEAR, 80, 20), 1024, 1, Coupling.INDEPENDENT)));
    assertFalse(
        ParallelModelTrainer.pays(
            study(new ModelShape(ModelKind.LINEAR, 20, 5), 1024, 1, Coupling.INDEPENDENT)));
  }

  @Test
  void a_thread_that_fails_ends_the_others() {
    Study study =
        study(new ModelShape(ModelKind.RELU_OUTPUT, 80, 20), 1024, 1, Coupling.INDEPENDENT);
    ModelSlice range = ModelSlice.all(study);
    Kernels failing = failingAfter(2, new ScalarKernels("in a test"));
    try (WorkerPool crew = new WorkerPool(3)) {
      ParallelModelTrainer trainer = new ParallelModelTrainer(failing, crew, study, range);
      Checkpoint state = Checkpoint.initial(study, range);
      assertThrows(IllegalStateException.class, () -> trainer.advance(state, 0, 0, updates(study)));
    }
  }

  /** Kernels that fail at some call of the optimiser. */
  private static Kernels failingAfter(int calls, Kernels kernels) {
    AtomicInteger left = new AtomicInteger(calls);
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("adam") && left.getAndDecrement() == 0) {
                throw new IllegalStateException("as the test wants it");
              }
              try {
                return method.invoke(kernels, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Study study(ModelShape shape, int batch, int microBatches, Coupling coupling) {
    int n = shape.features();
    FeatureDistribution inputs = FeatureDistribution.independent(n, 0.3);
    if (coupling != Coupling.INDEPENDENT) {
      inputs =
          new FeatureDistribution(inputs.densities(), coupling, List.of(new int[] {0, 1}), false);
    }
    TrainingPlan plan =
        TrainingPlan.notebook()
            .withSteps(STEPS)
            .withBatch(batch)
            .withMicroBatches(microBatches)
            .withSeed(3);
    return new Study(shape, List.of(new Task(inputs, Importance.geometric(n, 0.9))), 2, plan);
  }

  private static Adam.Update[] updates(Study study) {
    Adam.Update[] updates = new Adam.Update[STEPS];
    for (int i = 0; i < STEPS; i++) {
      updates[i] = study.plan().adam().update(i, study.plan().learningRate(i));
    }
    return updates;
  }

  private static void requireSame(Checkpoint expected, Checkpoint actual, String where) {
    assertArrayEquals(expected.weights().encoder(), actual.weights().encoder(), where);
    assertArrayEquals(expected.weights().decoder(), actual.weights().decoder(), where);
    assertArrayEquals(expected.weights().biases(), actual.weights().biases(), where);
    assertArrayEquals(expected.firstMoments().encoder(), actual.firstMoments().encoder(), where);
    assertArrayEquals(expected.secondMoments().decoder(), actual.secondMoments().decoder(), where);
    assertArrayEquals(expected.losses(), actual.losses(), where);
  }
}
