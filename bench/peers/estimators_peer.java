import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import toymodels.backend.Backends;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.GradientEstimator;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * The sides of estimators.py: the notebook's ReLU-output models of one shape, trained by any
 * estimator at any density, for as many CPU seconds as each line of the input says: on a busy
 * machine code is compiled by then, too. A line is "ESTIMATOR DENSITY SECONDS"; the answer is
 * model-steps, seconds and CPU seconds.
 *
 * <p>Usage: java -cp target/classes bench/peers/estimators_peer.java n m models threads
 */
final class EstimatorsPeer {
  private static final double CALL_SECONDS = 0.05;

  public static void main(String[] arguments) throws IOException {
    int n = Integer.parseInt(arguments[0]);
    int m = Integer.parseInt(arguments[1]);
    int models = Integer.parseInt(arguments[2]);
    Map<String, Side> sides = new HashMap<>();
    try (Backend backend = Backends.open("cpu", Integer.parseInt(arguments[3]))) {
      System.out.println("ready java " + Runtime.version() + ", " + backend.description());
      BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        sides
            .computeIfAbsent(
                words[0] + " " + words[1],
                name ->
                    new Side(start(backend, n, m, models, words[0], Double.parseDouble(words[1]))))
            .run(models, Double.parseDouble(words[2]));
      }
    }
  }

  private static Trainer start(
      Backend backend, int n, int m, int models, String estimator, double density) {
    Task task = new Task(FeatureDistribution.independent(n, density), Importance.geometric(n, 0.9));
    TrainingPlan plan = TrainingPlan.notebook().withSteps(Integer.MAX_VALUE);
    for (GradientEstimator chosen : GradientEstimator.values()) {
      if (chosen.configName().equals(estimator)) {
        plan = plan.withEstimator(chosen);
      }
    }
    ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, n, m);
    return backend.start(new Study(shape, List.of(task), models, plan));
  }

  /** One estimator at one density, and how many steps a call should take. */
  private static final class Side {
    private final Trainer trainer;
    private int steps = 1;

    Side(Trainer trainer) {
      this.trainer = trainer;
    }

    void run(int models, double seconds) {
      long cpu = cpuNanos();
      long start = System.nanoTime();
      int before = trainer.stepsTaken();
      while (cpuNanos() - cpu < seconds * 1e9) {
        long call = System.nanoTime();
        trainer.advance(steps);
        double took = (System.nanoTime() - call) / 1e9;
        steps = (int) Math.max(1, Math.min(2.0 * steps, steps * CALL_SECONDS / took));
      }
      System.out.printf(
          "%.0f %.6f %.6f%n",
          (double) (trainer.stepsTaken() - before) * models,
          (System.nanoTime() - start) / 1e9,
          (cpuNanos() - cpu) / 1e9);
    }
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
