package toymodels.backend.cpu;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import toymodels.backend.cpu.Correlations.Part;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Lanes;
import toymodels.train.TrainingPlan;

/**
 * What the parts of a dense step of one model cost, on one thread: the canonical generator, the
 * products, the sums over samples, the butterfly and AdamW; {@link #whole} is all of them, and
 * {@link #peak} as many multiply-adds as the products have, in registers.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
public class StepParts {
  private static final int START = Kernels.START;

  /** Products of a step of a weight and a sample. */
  private static final int PRODUCTS = 5;

  /** Features and hidden dimensions. */
  @Param({"5x2", "20x5", "80x20", "400x30"})
  public String shape;

  private ModelShape model;
  private TrainingPlan plan;
  private Kernels kernels;
  private ChunkRows rows;
  private Draws draws;
  private Layers layers;
  private Chunk chunk;
  private float[] importance;
  private Correlations correlations;
  private RowSums biases;
  private Parameters weights;
  private Parameters first;
  private Parameters second;
  private Parameters gradient;
  private DenseStep dense;
  private Adam.Update update;
  private int step;

  @Setup
  public void start() {
    int n = Integer.parseInt(shape.split("x")[0]);
    int m = Integer.parseInt(shape.split("x")[1]);
    model = new ModelShape(ModelKind.RELU_OUTPUT, n, m);
    plan = TrainingPlan.notebook().withSteps(Integer.MAX_VALUE);
    kernels = LaneChoice.kernels();
    rows = ChunkRows.of(model, kernels.lanes());
    Task task = new Task(FeatureDistribution.independent(n, 0.2), Importance.geometric(n, 0.9));
    draws = new Draws(kernels, rows, Lanes.featureLanes(model));
    draws.use(new Inputs(task.inputs()));
    layers = new Layers(kernels, model, rows);
    chunk = Chunk.of(rows, Lanes.featureLanes(model));
    importance = new float[START + rows.featureHalf()];
    correlations = new Correlations(kernels, model, rows, blocks());
    biases = new RowSums(kernels, n);
    weights = Parameters.of(model);
    Random random = new Random(1);
    for (int i = 0; i < weights.encoder().length; i++) {
      weights.encoder()[i] = (float) (random.nextGaussian() / Math.sqrt(n));
    }
    first = Parameters.of(model);
    second = Parameters.of(model);
    gradient = Parameters.of(model);
    layers.pack(weights);
    correlations.begin(0, blocks());
    dense = new DenseStep(kernels, model, plan);
    dense.use(task);
    update = plan.adam().update(1, plan.learningRate(1));
    generator();
  }

  private int blocks() {
    return Correlations.blocks(kernels, model, rows).length - 1;
  }

  /** Does work chunk by chunk, as a step does. */
  private interface Work {
    void on(int lane, int first, int rounds);
  }

  private void chunks(Work work) {
    int all = plan.batch() / Kernels.SAMPLE_LANES;
    for (int lane = 0; lane < Kernels.SAMPLE_LANES; lane += rows.lanes()) {
      for (int first = 0; first < all; first += rows.rounds()) {
        work.on(lane, first, Math.min(rows.rounds(), all - first));
      }
    }
  }

  /** Seeds, words and inputs. */
  @Benchmark
  public void generator() {
    draws.begin(7, step++, 0);
    chunks((lane, first, rounds) -> draws.next(lane, first, rounds, chunk.features()));
  }

  /** Two products, errors and losses; where one pass does, {@link #backward} too. */
  @Benchmark
  public void forward() {
    if (layers.twoHidden().isPresent()) {
      chunks((lane, first, rounds) -> layers.twoHidden().get().pass(chunk, importance, rounds));
    } else {
      chunks((lane, first, rounds) -> layers.forward(chunk, importance, rounds));
    }
  }

  /** One product. */
  @Benchmark
  public void backward() {
    if (layers.twoHidden().isEmpty()) {
      chunks((lane, first, rounds) -> layers.backward(chunk, rounds));
    }
  }

  /** Two products, summed over samples lane by lane, and the sums of biases. */
  @Benchmark
  public void sums() {
    int n = model.features();
    chunks(
        (lane, first, rounds) -> {
          int group = lane / rows.lanes();
          biases.add(group, n, chunk.features(), START, rows.featureStep(), rounds);
          correlations.add(Part.BOTH, chunk.features(), chunk.hidden(), group, rounds);
        });
  }

  /** From sixteen lanes to one. */
  @Benchmark
  public void butterfly() {
    correlations.end(gradient.encoder(), true);
  }

  @Benchmark
  public void adam() {
    kernels.adam(
        update,
        weights.encoder(),
        first.encoder(),
        second.encoder(),
        gradient.encoder(),
        0,
        model.weights());
  }

  @Benchmark
  public float whole() {
    return dense.gradient(7, step++, weights, gradient);
  }

  @Benchmark
  public float peak() {
    long multiplyAdds = (long) PRODUCTS * model.weights() * plan.batch();
    return VectorPeak.run((int) (multiplyAdds / kernels.lanes() / VectorPeak.CHAINS));
  }
}
