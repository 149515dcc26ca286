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
import toymodels.backend.cpu.internal.dense.DenseStep;
import toymodels.backend.cpu.internal.dense.ForwardBackward;
import toymodels.backend.cpu.internal.dense.InputSampler;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.LaneAccumulator;
import toymodels.backend.cpu.internal.dense.Parameters;
import toymodels.backend.cpu.internal.dense.SampleBlock;
import toymodels.backend.cpu.internal.dense.SampleBlockRows;
import toymodels.backend.cpu.internal.dense.WeightGradient;
import toymodels.backend.cpu.internal.dense.WeightGradient.Part;
import toymodels.backend.cpu.internal.vector.VectorPeak;
import toymodels.backend.cpu.internal.vector.VectorWidth;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.SummationOrder;
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
  private static final int ARRAY_OFFSET = Kernels.ARRAY_OFFSET;

  /** Products of a step of a weight and a sample. */
  private static final int PRODUCTS = 5;

  /** Features and hidden dimensions. */
  @Param({"5x2", "20x5", "80x20", "400x30"})
  public String shape;

  private ModelShape model;
  private TrainingPlan plan;
  private Kernels kernels;
  private SampleBlockRows rows;
  private InputSampler draws;
  private ForwardBackward layers;
  private SampleBlock chunk;
  private float[] importance;
  private WeightGradient correlations;
  private LaneAccumulator biases;
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
    kernels = VectorWidth.kernels();
    rows = SampleBlockRows.of(model, kernels.lanes());
    Task task = new Task(FeatureDistribution.independent(n, 0.2), Importance.geometric(n, 0.9));
    draws = new InputSampler(kernels, rows, SummationOrder.featureLanes(model));
    draws.use(new Inputs(task.inputs()));
    layers = new ForwardBackward(kernels, model, rows);
    chunk = SampleBlock.of(rows, SummationOrder.featureLanes(model));
    importance = new float[ARRAY_OFFSET + rows.featureHalf()];
    correlations = new WeightGradient(kernels, model, rows, blocks());
    biases = new LaneAccumulator(kernels, n);
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
    return WeightGradient.blocks(kernels, model, rows).length - 1;
  }

  /** Does work chunk by chunk, as a step does. */
  private interface Work {
    void on(int lane, int first, int vectors);
  }

  private void chunks(Work work) {
    int all = plan.batch() / Kernels.SAMPLE_LANES;
    for (int lane = 0; lane < Kernels.SAMPLE_LANES; lane += rows.lanes()) {
      for (int first = 0; first < all; first += rows.vectors()) {
        work.on(lane, first, Math.min(rows.vectors(), all - first));
      }
    }
  }

  /** Seeds, words and inputs. */
  @Benchmark
  public void generator() {
    draws.begin(7, step++, 0);
    chunks((lane, first, vectors) -> draws.next(lane, first, vectors, chunk.features()));
  }

  /** Two products, errors and losses; where one pass does, {@link #backward} too. */
  @Benchmark
  public void forward() {
    if (layers.twoHidden().isPresent()) {
      chunks((lane, first, vectors) -> layers.twoHidden().get().pass(chunk, importance, vectors));
    } else {
      chunks((lane, first, vectors) -> layers.forward(chunk, importance, vectors));
    }
  }

  /** One product. */
  @Benchmark
  public void backward() {
    if (layers.twoHidden().isEmpty()) {
      chunks((lane, first, vectors) -> layers.backward(chunk, vectors));
    }
  }

  /** Two products, summed over samples lane by lane, and the sums of biases. */
  @Benchmark
  public void sums() {
    int n = model.features();
    chunks(
        (lane, first, vectors) -> {
          int group = lane / rows.lanes();
          biases.add(group, n, chunk.features(), ARRAY_OFFSET, rows.featureStep(), vectors);
          correlations.add(Part.BOTH, chunk.features(), chunk.hidden(), group, vectors);
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
