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
import toymodels.train.GradientEstimator;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** Model-steps per second by the sparse estimators on one thread, where features are rare. */
public class SparseTraining extends TrainingBenchmark {
  private static final int MODELS = 8;
  private static final double DENSITY = 0.01;

  /** Features and hidden dimensions. */
  @Param({"5x2", "20x5", "80x20"})
  public String shape;

  @Param({"IID_SPARSE", "STRATIFIED"})
  public GradientEstimator estimator;

  @Setup
  public void start() {
    ModelShape sizes = shape(shape);
    int n = sizes.features();
    Task task = new Task(FeatureDistribution.independent(n, DENSITY), Importance.geometric(n, 0.9));
    TrainingPlan plan = TrainingPlan.notebook().withEstimator(estimator);
    start(Backends.open("cpu", 1), new Study(sizes, List.of(task), MODELS, plan));
  }

  @Benchmark
  @OperationsPerInvocation(MODELS)
  public int step() {
    return advance(1);
  }
}
