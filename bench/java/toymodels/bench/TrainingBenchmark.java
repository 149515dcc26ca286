package toymodels.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Study;
import toymodels.train.Trainer;

/** What benchmarks of training have in common: rounds, forks, and a trainer that never ends. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
public abstract class TrainingBenchmark {
  private Backend opened;
  private Trainer trainer;

  /** The shape of a model named by its features and hidden dimensions, as in 20x5. */
  static ModelShape shape(String name) {
    String[] sizes = name.split("x");
    return new ModelShape(
        ModelKind.RELU_OUTPUT, Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]));
  }

  void start(Backend backend, Study study) {
    opened = backend;
    trainer = opened.start(study.withPlan(study.plan().withSteps(Integer.MAX_VALUE)));
  }

  int advance(int steps) {
    trainer.advance(steps);
    return trainer.stepsTaken();
  }

  @TearDown
  public void close() {
    trainer.close();
    opened.close();
  }
}
