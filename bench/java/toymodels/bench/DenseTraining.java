package toymodels.bench;

import java.util.ArrayList;
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

/** Model-steps per second of dense training on one thread, by the notebook's plan. */
public class DenseTraining extends TrainingBenchmark {
  private static final int MODELS = 8;

  /** Features and hidden dimensions. */
  @Param({"5x2", "20x5", "80x20", "400x30"})
  public String shape;

  @Param("cpu")
  public String backend;

  @Setup
  public void start() {
    ModelShape sizes = shape(shape);
    int n = sizes.features();
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < MODELS; i++) {
      double density = Math.pow(20, -i / (MODELS - 1.0));
      tasks.add(
          new Task(FeatureDistribution.independent(n, density), Importance.geometric(n, 0.9)));
    }
    start(Backends.open(backend, 1), new Study(sizes, tasks, 1, TrainingPlan.notebook()));
  }

  @Benchmark
  @OperationsPerInvocation(MODELS)
  public int step() {
    return advance(1);
  }
}
