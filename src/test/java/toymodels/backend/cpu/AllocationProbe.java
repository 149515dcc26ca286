package toymodels.backend.cpu;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
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
 * Trains one study in a JVM of its own, as a user does, and prints the bytes of heap that a warm
 * model-step allocates and the model-steps per second of CPU time: {@code java AllocationProbe KIND
 * ESTIMATOR N M DENSITY MODELS PATIENCE MEASURED}. It measures until the bytes are steadily below
 * {@link #LIMIT}, or for {@code PATIENCE} seconds of CPU time, {@code MEASURED} seconds each time.
 *
 * <p>The number of bytes says whether the JIT compiler keeps vectors in registers, whatever else
 * the machine does: a step whose vectors are objects allocates about 100 kB.
 */
final class AllocationProbe {
  /** Bytes a model-step that need no reason; buffers are made once. */
  static final double LIMIT = 1024;

  /** Measurements in a row: compiled code is now and then thrown away and compiled again. */
  private static final int STEADY = 2;

  private AllocationProbe() {}

  public static void main(String[] args) {
    ModelKind kind = ModelKind.valueOf(args[0]);
    GradientEstimator estimator = GradientEstimator.valueOf(args[1]);
    int n = Integer.parseInt(args[2]);
    int m = Integer.parseInt(args[3]);
    double density = Double.parseDouble(args[4]);
    int models = Integer.parseInt(args[5]);
    double patience = Double.parseDouble(args[6]);
    double measured = Double.parseDouble(args[7]);
    Task task = new Task(FeatureDistribution.independent(n, density), Importance.uniform(n, 1));
    TrainingPlan plan =
        TrainingPlan.notebook()
            .withBatch(1024)
            .withSteps(Integer.MAX_VALUE)
            .withEstimator(estimator);
    Study study = new Study(new ModelShape(kind, n, m), List.of(task), models, plan);
    try (Backend backend = new CpuBackend(1);
        Trainer trainer = backend.start(study)) {
      double start = cpuSeconds();
      int good = 0;
      Measurement last;
      do {
        last = measure(trainer, models, measured);
        good = last.bytes <= LIMIT ? good + 1 : 0;
      } while (good < STEADY && cpuSeconds() - start < patience);
      System.out.printf("%.0f %.0f%n", last.bytes, last.rate);
    }
  }

  private record Measurement(double bytes, double rate) {}

  private static Measurement measure(Trainer trainer, int models, double seconds) {
    int before = trainer.stepsTaken();
    long bytes = allocated();
    double start = cpuSeconds();
    double now;
    do {
      trainer.advance(8);
      now = cpuSeconds();
    } while (now - start < seconds);
    double steps = (double) (trainer.stepsTaken() - before) * models;
    return new Measurement((allocated() - bytes) / steps, steps / (now - start));
  }

  /** Of all threads that live. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  private static double cpuSeconds() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}
