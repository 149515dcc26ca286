package toymodels.backend.cuda;

import java.nio.file.Files;
import java.util.List;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Arithmetic;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/** What a sanitizer watches: the program of {@link SanitizerTest}'s child processes. */
final class SanitizedRun {
  private SanitizedRun() {}

  /** "train STEPS" trains on every rung; else the name of a planted kernel and its blocks. */
  public static void main(String[] arguments) throws Exception {
    DriverEmulator.requireEmulator();
    if (arguments[0].equals("train")) {
      int steps = Integer.parseInt(arguments[1]);
      for (Rung rung : Rung.values()) {
        for (Coupling coupling : Coupling.values()) {
          if (rung == Rung.CUBLAS) { // A block a feature; it draws as rung 6 does.
            train(rung, ModelKind.RELU_OUTPUT, 11, coupling, steps, 1);
            train(rung, ModelKind.ABSOLUTE_VALUE, 5, coupling, steps, 1);
            continue;
          }
          // Four blocks each: a block of the warp has two models of 11 features.
          train(rung, ModelKind.RELU_OUTPUT, 11, coupling, steps, 8);
          train(rung, ModelKind.ABSOLUTE_VALUE, 67, coupling, steps, 4);
        }
      }
      System.out.println("trained");
    } else {
      PlantedBugsTest.text =
          Files.readString(DriverEmulator.DIRECTORY.resolve("ptx/compute_80/planted_bugs.ptx"));
      int blocks = Integer.parseInt(arguments[1]);
      PlantedBugsTest.run(arguments[0], new Kernel.Grid(blocks, 64, 256), PlantedBugsTest.LIMIT);
      System.out.println("ran");
    }
  }

  private static void train(
      Rung rung, ModelKind kind, int n, Coupling coupling, int steps, int models) {
    FeatureDistribution inputs =
        coupling == Coupling.INDEPENDENT
            ? FeatureDistribution.independent(n, 0.3)
            : new FeatureDistribution(
                FeatureDistribution.independent(n, 0.3).densities(),
                coupling,
                List.of(new int[] {n - 1, 0}),
                true);
    Task task = Task.equallyImportant(inputs);
    TrainingPlan plan = TrainingPlan.notebook().withSteps(steps).withBatch(19);
    Study study = new Study(new ModelShape(kind, n, 3), List.of(task), models, plan);
    if (rung.whyNot(study, 1 << 17).isPresent()) {
      return;
    }
    CudaOptions options =
        CudaOptions.fromProperties().withArithmetic(rung.arithmetic()).withRung(rung);
    long before = DriverEmulator.get(Knob.LAUNCHES);
    try (Backend cpu = CpuBackend.scalar();
        Backend cuda = new CudaBackend(options)) {
      if (rung.arithmetic() == Arithmetic.FAST) {
        double off = FastRun.loss(cpu, cuda, study);
        if (off > FastRun.LOSS_RELATIVE) {
          throw new AssertionError("a loss off by " + off + ": " + rung + ", " + study.shape());
        }
      } else if (!train(cpu, study).weights().sameBits(train(cuda, study).weights())) {
        throw new AssertionError("other bits: " + rung + ", " + study.shape());
      }
    }
    if (DriverEmulator.get(Knob.LAUNCHES) == before) {
      throw new AssertionError("nothing ran");
    }
  }

  private static Checkpoint train(Backend backend, Study study) {
    try (Trainer trainer = backend.start(study)) {
      trainer.advance(study.plan().steps());
      return trainer.checkpoint();
    }
  }
}
