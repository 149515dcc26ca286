package toymodels.backend.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import toymodels.backend.cuda.internal.cublas.Cublas;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.Ptx;
import toymodels.backend.cuda.internal.launch.CudaTrainer;
import toymodels.backend.cuda.internal.launch.DeviceState;
import toymodels.backend.cuda.internal.launch.Roofline;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/**
 * Times every rung of {@code kernels/} on the shapes of the paper: model-steps a second by the
 * GPU's own clock, beside what the GPU could do at most.
 */
public final class Ladder {
  /** A median of so many, so that one interruption is not seen. */
  private static final int REPEATS = 7;

  private static final int MOST_STEPS = 1000;
  private static final int[][] SIZES = {{5, 2}, {20, 5}, {80, 20}, {400, 30}};

  /**
   * How long and how much.
   *
   * @param seconds of all measurements of one rung and shape
   * @param models of n = 5, m = 2; larger shapes take fewer
   * @param batch samples a step
   */
  public record Effort(double seconds, int models, int batch) {}

  /**
   * The GPU that was timed.
   *
   * @param emulated whether it is the driver emulator: its times say nothing of any GPU
   * @param clock hertz, the highest
   */
  public record Device(
      String name,
      boolean emulated,
      int computeCapability,
      int multiprocessors,
      double clock,
      String driver) {}

  /**
   * One rung on one shape.
   *
   * @param rate model-steps a second, the median; fastest and slowest beside it
   * @param bytesOfModel device memory of one model
   * @param multiplyAddShare of the rate at which multiply-adds alone would run; empty if emulated
   * @param issueShare of the rate at which the kernel's instructions could be issued, if they are
   *     counted; empty if emulated
   */
  public record Row(
      String variant,
      int features,
      int hidden,
      int models,
      int steps,
      double rate,
      double fastest,
      double slowest,
      long bytesOfModel,
      OptionalDouble multiplyAddShare,
      OptionalDouble issueShare) {}

  /** All of it. */
  public record Climb(Device device, int batch, List<Row> rows) {}

  private final Gpu gpu;
  private final Effort effort;
  private final Roofline roof;

  private Ladder(Gpu gpu, Effort effort) {
    this.gpu = gpu;
    this.effort = effort;
    this.roof = Roofline.of(gpu);
  }

  /** As {@link #climb(Effort, Set, Consumer)}, telling nobody. */
  public static Climb climb(Effort effort, Set<KernelVariant> rungs) {
    return climb(effort, rungs, what -> {});
  }

  /**
   * Climbs some rungs of the ladder on the first GPU; without cuBLAS, from rung 1.
   *
   * @param timing hears what is timed next
   * @throws GpuException.Unavailable if there is none
   */
  public static Climb climb(Effort effort, Set<KernelVariant> rungs, Consumer<String> timing) {
    try (Gpu gpu = Gpu.open(0)) {
      Device device =
          new Device(
              gpu.name(),
              gpu.isEmulated(),
              gpu.computeCapability(),
              gpu.multiprocessors(),
              gpu.clock(),
              "CUDA " + Ptx.cudaName(Gpu.driverVersion()));
      return new Climb(device, effort.batch(), new Ladder(gpu, effort).rows(rungs, timing));
    }
  }

  private List<Row> rows(Set<KernelVariant> rungs, Consumer<String> timing) {
    List<Row> rows = new ArrayList<>();
    for (Study study : studies(effort)) {
      for (KernelVariant variant : rungs) {
        boolean here = variant != KernelVariant.CUBLAS || Cublas.unavailableReason().isEmpty();
        if (here && variant.unsupportedReason(study, gpu.sharedBytesOfBlock()).isEmpty()) {
          ModelShape shape = study.shape();
          timing.accept("%s of %d x %d".formatted(variant, shape.features(), shape.hidden()));
          rows.add(row(variant, study));
        }
      }
    }
    return rows;
  }

  /** The paper's shapes, each with as many models as take about the same time. */
  public static List<Study> studies(Effort effort) {
    List<Study> studies = new ArrayList<>();
    for (int[] size : SIZES) {
      int n = size[0];
      long models = (long) effort.models() * SIZES[0][0] * SIZES[0][1] / (n * size[1]);
      Task task = new Task(FeatureDistribution.independent(n, 0.2), Importance.geometric(n, 0.9));
      TrainingPlan plan =
          TrainingPlan.notebook().withBatch(effort.batch()).withSteps(Integer.MAX_VALUE);
      ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, n, size[1]);
      studies.add(new Study(shape, List.of(task), (int) Math.max(1, models), plan));
    }
    return studies;
  }

  private Row row(KernelVariant variant, Study study) {
    CudaOptions options =
        CudaOptions.fromProperties()
            .withDevices(1)
            .withDeterminism(variant.determinism())
            .withVariant(variant);
    Checkpoint begin = Checkpoint.initial(study, ModelSlice.all(study));
    try (CudaTrainer trainer =
        new CudaTrainer(List.of(gpu), options, study, ModelSlice.all(study), begin)) {
      trainer.timed(1);
      double one = trainer.timed(1);
      double wanted = effort.seconds() / REPEATS / Math.max(one, 1e-6);
      int steps = (int) Math.max(1, Math.min(MOST_STEPS, wanted));
      double[] rates = new double[REPEATS];
      for (int i = 0; i < REPEATS; i++) {
        rates[i] = (double) steps * study.models() / trainer.timed(steps);
      }
      Arrays.sort(rates);
      double median = rates[REPEATS / 2];
      return new Row(
          variant.name().toLowerCase(Locale.ROOT),
          study.shape().features(),
          study.shape().hidden(),
          study.models(),
          steps,
          median,
          rates[REPEATS - 1],
          rates[0],
          DeviceState.bytesOfModel(study.shape()) + variant.scratchBytes(study),
          share(median, OptionalDouble.of(roof.byMultiplyAdds(study))),
          share(median, roof.byInstructions(variant, study)));
    }
  }

  private OptionalDouble share(double rate, OptionalDouble bound) {
    return gpu.isEmulated() || bound.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(rate / bound.getAsDouble());
  }
}
