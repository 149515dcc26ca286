package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import toymodels.backend.cpu.CpuBackend;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Arithmetic;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/** Every strict rung of the ladder trains the bits of the CPU on every kind of shape it serves. */
@ExtendWith(DriverEmulator.class)
class RungTest {
  private static final int STEPS = 8;
  private static final int SHARED_BYTES = 232_448; // of a block, on a Hopper and on the emulator

  /** Around the borders of registers, feature lanes, generators a sample, and shared memory. */
  private static final int[][] SIZES = {
    {2, 1}, {5, 2}, {11, 3}, {20, 5}, {17, 9}, {40, 10}, {67, 3}, {67, 19}, {67, 35}, {99, 20}
  };

  private static Study study(ModelKind kind, int n, int m, Coupling coupling, int tiles) {
    FeatureDistribution inputs =
        coupling == Coupling.INDEPENDENT
            ? FeatureDistribution.independent(n, 0.3).withSigns()
            : new FeatureDistribution(
                FeatureDistribution.independent(n, 0.3).densities(),
                coupling,
                List.of(new int[] {n - 1, 0}),
                true);
    Task task = new Task(inputs, Importance.geometric(n, 0.9));
    TrainingPlan plan =
        TrainingPlan.notebook().withSteps(STEPS).withBatch(75).withTiles(tiles).withSeed(9);
    return new Study(new ModelShape(kind, n, m), List.of(task), 3, plan);
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Rung rung : Rung.values()) {
      if (rung.arithmetic() != Arithmetic.STRICT) {
        continue; // CublasTest holds it to its tolerance.
      }
      for (int[] size : SIZES) {
        for (ModelKind kind : ModelKind.values()) {
          // Couplings and tiles alternate; every rung meets every one of them.
          Coupling coupling = Coupling.values()[cases.size() % 3];
          Study coupled = study(kind, size[0], size[1], coupling, 1 + cases.size() % 2);
          Study plain = study(kind, size[0], size[1], Coupling.INDEPENDENT, 1 + cases.size() % 2);
          Study study = rung.whyNot(coupled, SHARED_BYTES).isEmpty() ? coupled : plain;
          if (rung.whyNot(study, SHARED_BYTES).isEmpty()) {
            cases.add(Arguments.of(rung, study.shape(), study));
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void trains_the_bits_of_the_cpu(Rung rung, ModelShape shape, Study study) {
    try (Backend cpu = new CpuBackend(1);
        Backend cuda = new CudaBackend(CudaOptions.fromProperties().withRung(rung))) {
      Checkpoint expected = train(cpu, study);
      Checkpoint actual = train(cuda, study);
      assertTrue(expected.weights().sameBits(actual.weights()), "weights");
      assertTrue(expected.firstMoments().sameBits(actual.firstMoments()), "first moments");
      assertTrue(expected.secondMoments().sameBits(actual.secondMoments()), "second moments");
      assertArrayEquals(expected.losses(), actual.losses(), "losses");
    }
  }

  @Test
  void shapes_are_dealt_to_the_rung_made_for_them() {
    assertEquals(Rung.RESIDENT, chosen(ModelKind.RELU_OUTPUT, 20, 5, Coupling.INDEPENDENT));
    assertEquals(Rung.BLOCK, chosen(ModelKind.RELU_OUTPUT, 20, 5, Coupling.CORRELATED));
    assertEquals(Rung.BLOCK, chosen(ModelKind.ABSOLUTE_VALUE, 5, 2, Coupling.INDEPENDENT));
    assertEquals(Rung.REGISTERS, chosen(ModelKind.RELU_OUTPUT, 80, 20, Coupling.INDEPENDENT));
    assertEquals(Rung.TILED, chosen(ModelKind.RELU_OUTPUT, 400, 30, Coupling.INDEPENDENT));
  }

  private static Rung chosen(ModelKind kind, int n, int m, Coupling coupling) {
    return Rung.production(study(kind, n, m, coupling, 1), SHARED_BYTES, Arithmetic.STRICT);
  }

  private static Checkpoint train(Backend backend, Study study) {
    try (Trainer trainer = backend.start(study)) {
      trainer.advance(study.plan().steps());
      return trainer.checkpoint();
    }
  }
}
