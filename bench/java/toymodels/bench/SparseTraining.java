package toymodels.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import toymodels.backend.Backends;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Estimator;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/** Model-steps per second by the sparse estimators on one thread, where features are rare. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
public class SparseTraining {
  private static final int MODELS = 8;
  private static final double DENSITY = 0.01;

  /** Features and hidden dimensions. */
  @Param({"5x2", "20x5", "80x20"})
  public String shape;

  @Param({"IID_SPARSE", "STRATIFIED"})
  public Estimator estimator;

  private Backend opened;
  private Trainer trainer;

  @Setup
  public void start() {
    int n = Integer.parseInt(shape.split("x")[0]);
    int m = Integer.parseInt(shape.split("x")[1]);
    Task task = new Task(FeatureDistribution.independent(n, DENSITY), Importance.geometric(n, 0.9));
    TrainingPlan plan =
        TrainingPlan.notebook().withSteps(Integer.MAX_VALUE).withEstimator(estimator);
    opened = Backends.open("cpu", 1);
    trainer =
        opened.start(
            new Study(new ModelShape(ModelKind.RELU_OUTPUT, n, m), List.of(task), MODELS, plan));
  }

  @Benchmark
  @OperationsPerInvocation(MODELS)
  public int step() {
    trainer.advance(1);
    return trainer.stepsTaken();
  }

  @TearDown
  public void close() {
    trainer.close();
    opened.close();
  }
}
