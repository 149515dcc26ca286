import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import toymodels.backend.Backends;
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
 * toymodels as one side of paired.py: the notebook's ReLU-output models, one at each density of its
 * grid, trained for as many seconds as each line of the input says.
 *
 * <p>Usage: java -cp target/classes bench/peers/toymodels_peer.java BACKEND n m models batch
 * threads [WARM-UP SECONDS]
 */
final class ToymodelsPeer {
  /** By the clock: a JVM that waits for a GPU uses next to no CPU time. */
  private static final double WARM_UP_SECONDS = 10;

  private static final double CALL_SECONDS = 0.1;

  public static void main(String[] arguments) throws IOException {
    int n = Integer.parseInt(arguments[1]);
    int m = Integer.parseInt(arguments[2]);
    int models = Integer.parseInt(arguments[3]);
    int batch = Integer.parseInt(arguments[4]);
    int threads = Integer.parseInt(arguments[5]);
    double warmUp = arguments.length > 6 ? Double.parseDouble(arguments[6]) : WARM_UP_SECONDS;
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < models; i++) {
      double density = Math.pow(20, -(double) i / Math.max(1, models - 1));
      tasks.add(
          new Task(FeatureDistribution.independent(n, density), Importance.geometric(n, 0.9)));
    }
    TrainingPlan plan = TrainingPlan.notebook().withBatch(batch).withSteps(Integer.MAX_VALUE);
    Study study = new Study(new ModelShape(ModelKind.RELU_OUTPUT, n, m), tasks, 1, plan);
    try (Backend backend = Backends.open(arguments[0], threads);
        Trainer trainer = backend.start(study)) {
      double rate = rate(trainer, models, CALL_SECONDS, 1);
      for (long start = System.nanoTime(); System.nanoTime() - start < warmUp * 1e9; ) {
        rate =
            rate(
                trainer,
                models,
                2 * CALL_SECONDS,
                (int) Math.max(1, rate / models * CALL_SECONDS / 4));
      }
      System.out.println("ready java " + Runtime.version() + ", " + backend.description());
      BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int steps = (int) Math.max(1, rate / models * CALL_SECONDS);
        rate = rate(trainer, models, Double.parseDouble(line), steps);
      }
    }
  }

  /** Trains for about so many seconds and prints model-steps, seconds and CPU seconds. */
  private static double rate(Trainer trainer, int models, double seconds, int steps) {
    long cpu = cpuNanos();
    long start = System.nanoTime();
    int before = trainer.stepsTaken();
    while (System.nanoTime() - start < seconds * 1e9) {
      trainer.advance(steps);
    }
    double wall = (System.nanoTime() - start) / 1e9;
    double done = (double) (trainer.stepsTaken() - before) * models;
    System.out.printf("%.0f %.6f %.6f%n", done, wall, (cpuNanos() - cpu) / 1e9);
    return done / wall;
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
