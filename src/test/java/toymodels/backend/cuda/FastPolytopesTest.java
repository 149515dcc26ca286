package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.analysis.Geometry;
import toymodels.analysis.PolytopeNaming;
import toymodels.backend.cpu.CpuBackend;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Backend;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/** Fast arithmetic ends in the polytopes that strict arithmetic ends in, model by model. */
@ExtendWith({DriverEmulator.class, NeedsCublas.class})
class FastPolytopesTest {
  /** Of all models: a difference in the last bit decides where one stands between two shapes. */
  private static final double ALIKE = 0.99;

  /** From crowded features to nearly lonely ones, so that several shapes come out. */
  private static final double[] DENSITIES = {0.3, 0.2, 0.1, 0.05};

  private static final int FEWEST_LABELS = 4;

  /** A step of one model costs the emulator 0.1 ms, a GPU nothing to speak of. */
  private static Study study() {
    boolean quick = !DriverEmulator.realGpu();
    List<Task> tasks =
        DoubleStream.of(DENSITIES)
            .mapToObj(p -> Task.equallyImportant(FeatureDistribution.independent(5, p)))
            .toList();
    TrainingPlan plan =
        TrainingPlan.notebook()
            .withBatch(quick ? 32 : 1024)
            .withSteps(quick ? 400 : 5000)
            .withSeed(5)
            .withAdam(Adam.adam(quick ? 2e-2 : 5e-3))
            .withSchedule(Schedule.LINEAR);
    return new Study(new ModelShape(ModelKind.RELU_OUTPUT, 5, 2), tasks, quick ? 25 : 1000, plan);
  }

  private static ModelBatch train(Backend backend, Study study) {
    try (backend;
        Trainer trainer = backend.start(study)) {
      trainer.advance(study.plan().steps());
      return trainer.snapshot();
    }
  }

  private static String label(ModelBatch models, int model) {
    return PolytopeNaming.summary(PolytopeNaming.of(Geometry.of(models, model)));
  }

  @Test
  void models_end_in_the_same_polytopes() {
    Study study = study();
    ModelBatch strict = train(new CpuBackend(2), study);
    ModelBatch fast = train(new CudaBackend(CublasContractTest.BY_CUBLAS), study);
    assertFalse(strict.sameBits(fast), "both sum in the same order: there is nothing to compare");
    Map<String, Integer> labels = new TreeMap<>();
    Map<String, Integer> parted = new TreeMap<>();
    int alike = 0;
    for (int k = 0; k < study.models(); k++) {
      String expected = label(strict, k);
      String actual = label(fast, k);
      labels.merge(expected, 1, Integer::sum);
      if (expected.equals(actual)) {
        alike++;
      } else {
        parted.merge("%s became %s".formatted(expected, actual), 1, Integer::sum);
      }
    }
    assertTrue(labels.size() >= FEWEST_LABELS, labels::toString);
    assertEquals(1, (double) alike / study.models(), 1 - ALIKE, parted::toString);
  }
}
