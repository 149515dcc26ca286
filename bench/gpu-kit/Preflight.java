package toymodels.backend.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import toymodels.backend.cpu.CpuBackend;
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
 * The first thing the GPU kit runs: whether there is a GPU, and whether each production kernel
 * loads and gives the CPU's bits there. Prints a line each; exits 3 without a GPU, 1 if a kernel
 * fails, else 0. With "train N M MODELS BATCH LAUNCHES" it trains alone, for a profiler to watch.
 */
final class Preflight {
  private static final int NO_GPU = 3;
  private static final int[][] SHAPES = {{2, 1}, {5, 2}, {20, 5}, {80, 20}, {400, 30}};

  private Preflight() {}

  public static void main(String[] arguments) {
    if ("required".equals(System.getProperty("emulator"))) {
      DriverEmulator.requireEmulator();
    }
    Optional<String> why = CudaBackend.unavailableReason();
    if (why.isPresent()) {
      System.out.println("gpu-kit: no GPU to train on: " + why.get());
      System.exit(NO_GPU);
    }
    if (arguments.length > 0) {
      int[] numbers = List.of(arguments).stream().skip(1).mapToInt(Integer::parseInt).toArray();
      Study study = study(numbers[0], numbers[1], numbers[2], numbers[3]);
      try (Backend cuda = new CudaBackend(CudaOptions.fromProperties());
          Trainer trainer = cuda.start(study)) {
        for (int i = 0; i < numbers[4]; i++) {
          trainer.advance(10);
        }
      }
      return;
    }
    boolean right = true;
    try (Backend cpu = new CpuBackend(Runtime.getRuntime().availableProcessors());
        Backend cuda = new CudaBackend(CudaOptions.fromProperties())) {
      System.out.println(cuda.description());
      for (int[] shape : SHAPES) {
        right &= same(cpu, cuda, study(shape[0], shape[1], 2, 48));
      }
    }
    System.exit(right ? 0 : 1);
  }

  private static Study study(int n, int m, int models, int batch) {
    Task task = Task.equallyImportant(FeatureDistribution.independent(n, 0.3));
    TrainingPlan plan = TrainingPlan.notebook().withBatch(batch).withSteps(Integer.MAX_VALUE);
    return new Study(new ModelShape(ModelKind.RELU_OUTPUT, n, m), List.of(task), models, plan);
  }

  private static boolean same(Backend cpu, Backend cuda, Study study) {
    String what =
        "%s, %s"
            .formatted(
                KernelVariant.describe(study.shape()),
                KernelVariant.production(study, 232_448, Determinism.BITWISE)
                    .name()
                    .toLowerCase(Locale.ROOT));
    long begin = System.nanoTime();
    try {
      boolean equal = train(cpu, study).weights().sameBits(train(cuda, study).weights());
      System.out.printf(
          "%s: %s, %.1f s%n",
          what,
          equal ? "the bits of the CPU" : "OTHER BITS THAN THE CPU",
          (System.nanoTime() - begin) / 1e9);
      return equal;
    } catch (RuntimeException e) {
      System.out.printf("%s: FAILED: %s%n", what, e.getMessage());
      return false;
    }
  }

  private static Checkpoint train(Backend backend, Study study) {
    try (Trainer trainer = backend.start(study)) {
      trainer.advance(3);
      return trainer.checkpoint();
    }
  }
}
