package toymodels.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.cuda.internal.cublas.Cublas;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * How far fast arithmetic is from the CPU's bits: measured by {@code CublasTest}, and printed as
 * JSON. Arguments: batch, and steps before the losses are compared.
 */
public final class FastRun {
  /** Of one step's gradient: what float sums of a batch differ by in whatever order. */
  static final double GRADIENT_ABSOLUTE = 1e-6;

  /**
   * Of the number itself, and of the largest of its array, since sums cancel; large models have
   * gradients so small that the absolute tolerance would see nothing.
   */
  static final double GRADIENT_RELATIVE = 1e-5;

  /** Of the loss after a thousand steps: differences grow, but training takes the same way. */
  public static final double LOSS_RELATIVE = 1e-4;

  public static final int[][] SIZES = {{5, 2}, {67, 35}, {400, 30}};

  private FastRun() {}

  /**
   * The gradient number that is the farthest off.
   *
   * @param where it is
   * @param ofTolerance |expected − actual| as a multiple of what is allowed
   */
  public record Deviation(String where, double expected, double actual, double ofTolerance) {}

  public static void main(String[] arguments) {
    int batch = Integer.parseInt(arguments[0]);
    int steps = Integer.parseInt(arguments[1]);
    if (!"required".equals(System.getProperty("gpu"))) {
      DriverEmulator.requireEmulator();
    }
    Optional<String> why = Cublas.unavailableReason();
    if (why.isPresent()) {
      System.out.printf("{\"cublas\": null, \"why\": \"%s\"}%n", why.get());
      return;
    }
    String version;
    try (Gpu gpu = Gpu.open(0);
        GpuStream stream = new GpuStream(gpu);
        Cublas cublas = new Cublas(gpu, stream)) {
      version = cublas.version();
    }
    List<String> rows = new ArrayList<>();
    try (Backend cpu = new CpuBackend(Runtime.getRuntime().availableProcessors());
        Backend cuda = new CudaBackend(CublasContractTest.BY_CUBLAS)) {
      for (int[] size : SIZES) {
        for (ModelKind kind : ModelKind.values()) {
          rows.add(row(cpu, cuda, kind, size, batch, steps));
        }
      }
    }
    System.out.printf(
        "{\"cublas\": \"%s\", \"batch\": %d, \"rows\": [%n  %s%n]}%n",
        version, batch, String.join(",\n  ", rows));
  }

  private static String row(
      Backend cpu, Backend cuda, ModelKind kind, int[] size, int batch, int steps) {
    Deviation gradient = gradient(cpu, cuda, study(kind, size[0], size[1], batch, 21));
    double loss = loss(cpu, cuda, study(kind, size[0], size[1], batch, steps));
    return String.format(
        Locale.ROOT,
        "{\"kind\": \"%s\", \"n\": %d, \"m\": %d, \"gradient_of_tolerance\": %.3g, \"steps\": %d,"
            + " \"loss_relative\": %.3g}",
        kind.configName(),
        size[0],
        size[1],
        gradient.ofTolerance(),
        steps,
        loss);
  }

  public static Study study(ModelKind kind, int n, int m, int batch, int steps) {
    Task dense = Task.equallyImportant(FeatureDistribution.independent(n, 0.5));
    Task sparse =
        new Task(
            FeatureDistribution.independent(n, 0.1).withSigns(), Importance.geometric(n, 0.99));
    TrainingPlan plan = TrainingPlan.notebook().withBatch(batch).withSteps(steps).withSeed(11);
    return new Study(new ModelShape(kind, n, m), List.of(dense, sparse), 1, plan);
  }

  /**
   * Compares one gradient of models that the CPU has trained but for the plan's last step: a step
   * from moments of zero leaves (1 − β₁) g as the first moment.
   */
  public static Deviation gradient(Backend cpu, Backend cuda, Study study) {
    Checkpoint fresh = Checkpoint.initial(study, ModelSlice.all(study));
    int trained = study.plan().steps() - 1;
    ModelBatch weights;
    try (Trainer trainer = cpu.start(study)) {
      trainer.advance(trained);
      weights = trainer.snapshot();
    }
    Checkpoint begin =
        new Checkpoint(
            trained,
            weights,
            fresh.firstMoments(),
            fresh.secondMoments(),
            fresh.losses(),
            fresh.divergedAt());
    ModelBatch expected = stepFrom(cpu, study, begin);
    ModelBatch actual = stepFrom(cuda, study, begin);
    double scale = 1 / (1 - study.plan().adam().beta1());
    Deviation worst = new Deviation("nowhere", 0, 0, 0);
    worst = worst("encoder", scale, expected.encoder(), actual.encoder(), worst);
    worst = worst("decoder", scale, expected.decoder(), actual.decoder(), worst);
    return worst("biases", scale, expected.biases(), actual.biases(), worst);
  }

  private static ModelBatch stepFrom(Backend backend, Study study, Checkpoint begin) {
    try (Trainer trainer = backend.start(study, ModelSlice.all(study), Optional.of(begin))) {
      trainer.advance(1);
      return trainer.checkpoint().firstMoments();
    }
  }

  /** The farther off of one array's farthest number and what was the farthest before. */
  public static Deviation worst(
      String what, double scale, float[] expected, float[] actual, Deviation before) {
    Deviation worst = before;
    double largest = 0;
    for (float e : expected) {
      largest = Math.max(largest, scale * Math.abs(e));
    }
    double floor = Math.min(GRADIENT_ABSOLUTE, GRADIENT_RELATIVE * largest);
    for (int i = 0; i < expected.length; i++) {
      double e = scale * expected[i];
      double a = scale * actual[i];
      double allowed = floor + GRADIENT_RELATIVE * Math.abs(e);
      double off = e == a ? 0 : Math.abs(e - a) / allowed;
      off = Double.isNaN(off) ? Double.POSITIVE_INFINITY : off;
      if (off > worst.ofTolerance()) {
        worst = new Deviation(what + ", number " + i, e, a, off);
      }
    }
    return worst;
  }

  /** The largest relative difference of a model's loss after the plan's steps. */
  public static double loss(Backend cpu, Backend cuda, Study study) {
    try (Trainer expected = cpu.start(study);
        Trainer actual = cuda.start(study)) {
      expected.advance(study.plan().steps());
      actual.advance(study.plan().steps());
      double worst = 0;
      for (int k = 0; k < study.models(); k++) {
        float e = expected.losses()[k];
        double off = Math.abs(e - actual.losses()[k]) / e;
        worst = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(worst, off);
      }
      return worst;
    }
  }
}
