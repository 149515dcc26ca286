package toymodels.bench;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import toymodels.backend.Backends;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelShape;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** Steps per second of one large model that all threads train together. */
public class OneLargeModel extends TrainingBenchmark {
  private static final double DENSITY = 0.1;

  /** Steps between two calls of the trainer, as when checkpoints are far apart. */
  private static final int STEPS = 20;

  /** Features and hidden dimensions. */
  @Param({"80x20", "400x30"})
  public String shape;

  @Param({"1", "2"})
  public int threads;

  @Setup
  public void start() {
    ModelShape sizes = shape(shape);
    int n = sizes.features();
    Task task = new Task(FeatureDistribution.independent(n, DENSITY), Importance.geometric(n, 0.9));
    start(
        Backends.open("cpu", threads), new Study(sizes, List.of(task), 1, TrainingPlan.notebook()));
  }

  @Benchmark
  @OperationsPerInvocation(STEPS)
  public int steps() {
    return advance(STEPS);
  }
}
