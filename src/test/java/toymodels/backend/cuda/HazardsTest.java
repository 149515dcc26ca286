package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Determinism;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * Every rung in checked launches: no register and no memory is read that was never written, and no
 * two threads meet at one place without a barrier between them, whatever the schedule. {@link
 * PlantedBugsTest} shows that the checks find what there is.
 */
@ExtendWith(DriverEmulator.class)
class HazardsTest {
  private static final int STEPS = 2;
  private static final int SHARED_BYTES = 232_448;

  @BeforeEach
  void reset() {
    DriverEmulator.requireEmulator();
  }

  private static Study study(ModelKind kind, int n, int m, Coupling coupling, int models) {
    FeatureDistribution independent = FeatureDistribution.independent(n, 0.3);
    FeatureDistribution inputs =
        coupling == Coupling.INDEPENDENT
            ? independent
            : new FeatureDistribution(
                independent.densities(), coupling, List.of(new int[] {n - 1, 0}), true);
    TrainingPlan plan = TrainingPlan.notebook().withSteps(STEPS).withBatch(19);
    Task task = Task.equallyImportant(inputs);
    return new Study(new ModelShape(kind, n, m), List.of(task), models, plan);
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (KernelVariant variant : KernelVariant.values()) {
      for (Coupling coupling : Coupling.values()) {
        List<Study> studies =
            List.of(
                study(ModelKind.RELU_OUTPUT, 5, 2, coupling, 5),
                study(ModelKind.RELU_OUTPUT, 20, 5, coupling, 2),
                study(ModelKind.RELU_HIDDEN, 11, 3, coupling, 2),
                study(ModelKind.ABSOLUTE_VALUE, 33, 3, coupling, 2));
        for (Study study : studies) {
          if (variant.unsupportedReason(study, SHARED_BYTES).isEmpty()) {
            cases.add(Arguments.of(variant, study.shape(), coupling, study));
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("cases")
  void nothing_unwritten_is_read_and_no_threads_race(
      KernelVariant variant, ModelShape shape, Coupling coupling, Study study) {
    CudaOptions options =
        CudaOptions.fromProperties().withDeterminism(variant.determinism()).withVariant(variant);
    long seed = 1 + shape.features() + coupling.ordinal();
    for (long schedule : new long[] {0, seed}) {
      DriverEmulator.set(Knob.SCHEDULE, schedule);
      DriverEmulator.set(Knob.CHECK, 1);
      long before = DriverEmulator.get(Knob.LAUNCHES);
      try (Backend cpu = new CpuBackend(1);
          Backend cuda = new CudaBackend(options)) {
        if (variant.determinism() == Determinism.FAST) {
          assertTrue(FastRun.loss(cpu, cuda, study) <= FastRun.LOSS_RELATIVE);
        } else {
          assertTrue(train(cpu, study).weights().sameBits(train(cuda, study).weights()));
        }
      }
      assertTrue(DriverEmulator.get(Knob.LAUNCHES) > before);
    }
  }

  private static Checkpoint train(Backend backend, Study study) {
    try (Trainer trainer = backend.start(study)) {
      trainer.advance(study.plan().steps());
      return trainer.checkpoint();
    }
  }
}
