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
import toymodels.backend.cuda.internal.launch.RegisterLaunch;
import toymodels.backend.cuda.internal.launch.WarpLaunch;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Determinism;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/** Every strict rung of the ladder trains the bits of the CPU on every kind of shape it serves. */
@ExtendWith(DriverEmulator.class)
class KernelVariantTest {
  private static final int STEPS = 8;
  private static final int SHARED_BYTES = 232_448; // of a block, on a Hopper and on the emulator

  /** Around the borders of registers, feature lanes, generators a sample, and shared memory. */
  private static final int[][] SIZES = {
    {2, 1}, {5, 2}, {11, 3}, {20, 5}, {17, 9}, {40, 10}, {67, 3}, {67, 19}, {67, 35}, {99, 20}
  };

  private static Study study(
      ModelKind kind, int n, int m, Coupling coupling, boolean signed, int microBatches) {
    FeatureDistribution independent = FeatureDistribution.independent(n, 0.3);
    FeatureDistribution inputs =
        coupling != Coupling.INDEPENDENT
            ? new FeatureDistribution(
                independent.densities(), coupling, List.of(new int[] {n - 1, 0}), signed)
            : signed ? independent.withSigns() : independent;
    Task task = new Task(inputs, Importance.geometric(n, 0.9));
    TrainingPlan plan =
        TrainingPlan.notebook()
            .withSteps(STEPS)
            .withBatch(75)
            .withMicroBatches(microBatches)
            .withSeed(9);
    return new Study(new ModelShape(kind, n, m), List.of(task), 3, plan);
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (KernelVariant variant : KernelVariant.values()) {
      if (variant.determinism() != Determinism.BITWISE) {
        continue; // CublasTest holds it to its tolerance.
      }
      for (int[] size : SIZES) {
        for (ModelKind kind : ModelKind.values()) {
          // Couplings, signs and micro-batches alternate; every rung meets every one of them.
          int k = cases.size();
          Coupling coupling = Coupling.values()[k % 3];
          Study coupled = study(kind, size[0], size[1], coupling, k % 4 < 2, 1 + k % 2);
          Study plain = study(kind, size[0], size[1], Coupling.INDEPENDENT, k % 4 < 2, 1 + k % 2);
          addIfServed(
              cases,
              variant,
              variant.unsupportedReason(coupled, SHARED_BYTES).isEmpty() ? coupled : plain);
        }
      }
    }
    for (KernelVariant variant : List.of(KernelVariant.WARP, KernelVariant.RESIDENT)) {
      for (WarpLaunch.Compiled shape : WarpLaunch.COMPILED) {
        for (boolean signed : new boolean[] {false, true}) {
          for (ModelKind kind : List.of(ModelKind.RELU_OUTPUT, ModelKind.RELU_HIDDEN)) {
            int less = kind == ModelKind.RELU_HIDDEN ? 1 : 0;
            Study odd = compiled(kind, shape, signed, less);
            addIfServed(cases, variant, odd);
            addIfServed(cases, variant, whole(odd));
            addIfServed(cases, variant, alike(odd));
            addIfServed(cases, variant, alike(whole(odd)));
          }
        }
      }
    }
    for (RegisterLaunch.Compiled shape : RegisterLaunch.COMPILED) {
      for (boolean signed : new boolean[] {false, true}) {
        int features = 16 * shape.own(); // a feature of each of 16 rows
        addIfServed(
            cases,
            KernelVariant.REGISTERS,
            study(
                ModelKind.RELU_OUTPUT, features, shape.hidden(), Coupling.INDEPENDENT, signed, 1));
      }
    }
    for (KernelVariant variant : KernelVariant.values()) {
      if (variant.determinism() == Determinism.BITWISE) {
        addIfServed(cases, variant, diverging(ModelKind.RELU_OUTPUT));
        addIfServed(cases, variant, diverging(ModelKind.RELU_HIDDEN));
      }
    }
    // Loops over parameters that take several at a time.
    for (KernelVariant variant : List.of(KernelVariant.BLOCK, KernelVariant.TILED)) {
      Study large = study(ModelKind.RELU_OUTPUT, 80, 20, Coupling.INDEPENDENT, false, 1);
      addIfServed(cases, variant, large);
    }
    return cases.stream();
  }

  /** Gradients whose squares are infinite in the first step. */
  private static Study diverging(ModelKind kind) {
    Study right = study(kind, 5, 2, Coupling.INDEPENDENT, false, 1);
    FeatureDistribution inputs = right.tasks().get(0).inputs();
    Task task = new Task(inputs, Importance.uniform(5, 1e30));
    return new Study(right.shape(), List.of(task), right.models(), right.plan());
  }

  /** A shape compiled for registers; with one feature less where two lanes share the features. */
  private static Study compiled(
      ModelKind kind, WarpLaunch.Compiled shape, boolean signed, int less) {
    int features = shape.features() * shape.featureLanes() - (shape.featureLanes() - 1) * less;
    return study(kind, features, shape.hidden(), Coupling.INDEPENDENT, signed, 1);
  }

  /** With a batch that 16 divides. */
  private static Study whole(Study study) {
    return new Study(study.shape(), study.tasks(), study.models(), study.plan().withBatch(64));
  }

  /** With features that all count alike. */
  private static Study alike(Study study) {
    Task task = Task.equallyImportant(study.tasks().get(0).inputs());
    return new Study(study.shape(), List.of(task), study.models(), study.plan());
  }

  private static void addIfServed(List<Arguments> cases, KernelVariant variant, Study study) {
    if (variant.unsupportedReason(study, SHARED_BYTES).isEmpty()) {
      cases.add(Arguments.of(variant, study.shape(), study));
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void trains_the_bits_of_the_cpu(KernelVariant variant, ModelShape shape, Study study) {
    try (Backend cpu = new CpuBackend(1);
        Backend cuda = new CudaBackend(CudaOptions.fromProperties().withVariant(variant))) {
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
    assertEquals(
        KernelVariant.RESIDENT, chosen(ModelKind.RELU_OUTPUT, 20, 5, Coupling.INDEPENDENT));
    assertEquals(KernelVariant.BLOCK, chosen(ModelKind.RELU_OUTPUT, 20, 5, Coupling.CORRELATED));
    assertEquals(KernelVariant.BLOCK, chosen(ModelKind.ABSOLUTE_VALUE, 5, 2, Coupling.INDEPENDENT));
    assertEquals(
        KernelVariant.REGISTERS, chosen(ModelKind.RELU_OUTPUT, 80, 20, Coupling.INDEPENDENT));
    assertEquals(KernelVariant.TILED, chosen(ModelKind.RELU_OUTPUT, 400, 30, Coupling.INDEPENDENT));
  }

  private static KernelVariant chosen(ModelKind kind, int n, int m, Coupling coupling) {
    return KernelVariant.production(
        study(kind, n, m, coupling, true, 1), SHARED_BYTES, Determinism.BITWISE);
  }

  private static Checkpoint train(Backend backend, Study study) {
    try (Trainer trainer = backend.start(study)) {
      trainer.advance(study.plan().steps());
      return trainer.checkpoint();
    }
  }
}
