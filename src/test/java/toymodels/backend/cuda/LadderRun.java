package toymodels.backend.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * Times every rung on the shapes of the paper and prints JSON: model-steps a second, each the
 * median of several runs, with the floating-point operations of the dense algorithm, 10 n m a
 * sample.
 *
 * <p>Arguments: seconds a measurement, models of (5, 2), batch; larger shapes take fewer models.
 */
final class LadderRun {
  private static final int REPEATS = 7;
  private static final int[][] SIZES = {{5, 2}, {20, 5}, {80, 20}, {400, 30}};

  private LadderRun() {}

  public static void main(String[] arguments) {
    double seconds = Double.parseDouble(arguments[0]);
    int models = Integer.parseInt(arguments[1]);
    int batch = Integer.parseInt(arguments[2]);
    if (!"required".equals(System.getProperty("gpu"))) {
      DriverEmulator.requireEmulator();
    }
    List<String> rows = new ArrayList<>();
    String device;
    try (Backend backend = new CudaBackend(CudaOptions.fromProperties().withDevices(1))) {
      device = backend.description();
    }
    for (int[] size : SIZES) {
      int count = Math.max(1, models * 10 / (size[0] * size[1]));
      Study study = study(size[0], size[1], count, batch);
      int shared = sharedBytes();
      for (Rung rung : Rung.values()) {
        boolean here = rung != Rung.CUBLAS || Cublas.whyUnavailable().isEmpty();
        if (here && rung.whyNot(study, shared).isEmpty()) {
          rows.add(row(rung, study, seconds));
        }
      }
    }
    System.out.printf(
        "{\"device\": \"%s\", \"batch\": %d, \"rows\": [%n  %s%n]}%n",
        device, batch, String.join(",\n  ", rows));
  }

  private static int sharedBytes() {
    try (Gpu gpu = Gpu.open(0)) {
      return gpu.sharedBytesOfBlock();
    }
  }

  private static Study study(int n, int m, int models, int batch) {
    Task task = new Task(FeatureDistribution.independent(n, 0.2), Importance.geometric(n, 0.9));
    TrainingPlan plan = TrainingPlan.notebook().withBatch(batch).withSteps(Integer.MAX_VALUE);
    return new Study(new ModelShape(ModelKind.RELU_OUTPUT, n, m), List.of(task), models, plan);
  }

  private static String row(Rung rung, Study study, double seconds) {
    CudaOptions options =
        CudaOptions.fromProperties()
            .withDevices(1)
            .withArithmetic(rung.arithmetic())
            .withRung(rung);
    try (Backend backend = new CudaBackend(options);
        Trainer trainer = backend.start(study)) {
      trainer.advance(1);
      trainer.losses();
      double one = time(trainer, 1);
      int steps = (int) Math.max(1, Math.min(1000, seconds / REPEATS / Math.max(one, 1e-6)));
      double[] times = new double[REPEATS];
      for (int i = 0; i < REPEATS; i++) {
        times[i] = time(trainer, steps) / steps;
      }
      Arrays.sort(times);
      double rate = study.models() / times[REPEATS / 2];
      double flops = 10.0 * study.shape().weights() * study.plan().batch();
      return String.format(
          Locale.ROOT,
          "{\"rung\": \"%s\", \"n\": %d, \"m\": %d, \"models\": %d, \"steps\": %d, "
              + "\"model_steps_per_second\": %.6g, \"gflops\": %.6g, \"fastest\": %.6g, "
              + "\"slowest\": %.6g}",
          rung,
          study.shape().features(),
          study.shape().hidden(),
          study.models(),
          steps,
          rate,
          rate * flops / 1e9,
          study.models() / times[0],
          study.models() / times[REPEATS - 1]);
    }
  }

  private static double time(Trainer trainer, int steps) {
    long begin = System.nanoTime();
    trainer.advance(steps);
    return (System.nanoTime() - begin) / 1e9;
  }
}
