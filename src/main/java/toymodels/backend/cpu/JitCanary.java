package toymodels.backend.cpu;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import toymodels.backend.cpu.internal.dense.DenseStep;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.LayerModelTrainer;
import toymodels.backend.cpu.internal.dense.StepAllocation;
import toymodels.backend.cpu.internal.vector.VectorPeak;
import toymodels.backend.cpu.internal.vector.VectorWidth;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/**
 * Tells when the JIT compiler has not turned the vector kernels into vector code. Nothing else
 * shows that: the bits are the same, only up to hundreds of times slower. A kernel in the
 * first-level cache is compared with what the same JVM multiplies and adds in registers. A kernel
 * alone does not show what becomes of it inside a step, whose vectors may still be objects on the
 * heap: so the bytes that steps allocate are looked at, too.
 */
public final class JitCanary {
  /** FLOP/s below which no processor with vectors runs compiled vector code. */
  private static final double SLOWEST = 1e9;

  /** Of the peak: what the kernel reaches on every machine that was measured, at least. */
  private static final double USUAL = 0.5;

  /** Of the usual: below, something is wrong rather than slow. */
  private static final double ALARM = 0.2;

  /**
   * Bytes a model-step from which on its vectors must be objects: a step without allocates less
   * than 1 kB.
   */
  static final double BOXED = 4096;

  private static final String ADVICE =
      "start java as the launcher does (--add-modules=jdk.incubator.vector"
          + " -XX:ObjectAlignmentInBytes=64), without -Xint, debuggers or agents";

  private JitCanary() {}

  /** Measures FLOP/s of one thread, in a fraction of a millisecond when all is well. */
  interface Meter {
    /** Of independent multiply-adds in registers. */
    double peak();

    /** Of a kernel of a training step. */
    double kernel();
  }

  /**
   * Listens until the kernels are fast, or for {@code patience} of {@link #cpuNanos}: compilation
   * takes some time.
   *
   * @return a warning in one line with what to do, or empty when all is well
   */
  public static Optional<String> listen(Duration patience) {
    Kernels kernels = VectorWidth.kernels();
    if (kernels.lanes() == 1) {
      return VectorWidth.plainLoopsAsked()
          ? Optional.empty()
          : Optional.of("training is slow: " + kernels.description());
    }
    return listen(new VectorMeter(kernels), patience, JitCanary::cpuNanos);
  }

  /** Begins to watch what the steps of training allocate, wherever this JVM trains. */
  public static void watchSteps() {
    StepAllocation.watch();
  }

  /**
   * Ends watching.
   *
   * @return a warning in one line, or empty where steps allocated next to nothing or none was taken
   */
  public static Optional<String> stepsWatched() {
    OptionalDouble bytes = StepAllocation.end();
    return bytes.isEmpty() ? Optional.empty() : judge(bytes.getAsDouble());
  }

  private static Optional<String> judge(double bytes) {
    return bytes < BOXED
        ? Optional.empty()
        : Optional.of(
            "training is slow, java keeps vectors on the heap: a model-step allocates %.0f kB where none is usual: %s"
                .formatted(bytes / 1000, ADVICE));
  }

  /**
   * Trains a small study until its steps allocate next to nothing, or for {@code patience} of
   * {@link #cpuNanos}.
   *
   * @return a warning in one line, or empty when all is well
   */
  public static Optional<String> listenToSteps(Duration patience) {
    if (VectorWidth.kernels().lanes() == 1) {
      return Optional.empty();
    }
    return listenToSteps(new SmallStudy()::bytesOfSomeSteps, patience, JitCanary::cpuNanos);
  }

  static Optional<String> listenToSteps(
      DoubleSupplier bytes, Duration patience, LongSupplier clock) {
    long start = clock.getAsLong();
    Optional<String> warning;
    do {
      warning = judge(bytes.getAsDouble());
    } while (warning.isPresent() && clock.getAsLong() - start < patience.toNanos());
    return warning;
  }

  /** Models of (20, 5), whose step has kernels of every kind. */
  private static final class SmallStudy {
    private static final int FEATURES = 20;
    private static final int HIDDEN = 5;
    private static final int STEPS = 16;

    private final Study study =
        new Study(
            new ModelShape(ModelKind.RELU_OUTPUT, FEATURES, HIDDEN),
            List.of(
                new Task(
                    FeatureDistribution.independent(FEATURES, 0.1),
                    Importance.uniform(FEATURES, 1))),
            1,
            TrainingPlan.notebook());

    private final LayerModelTrainer trainer =
        new LayerModelTrainer(
            VectorWidth.kernels(),
            new DenseStep(VectorWidth.kernels(), study.shape(), study.plan()),
            study,
            ModelSlice.all(study));

    private final Checkpoint state = Checkpoint.initial(study, ModelSlice.all(study));
    private final Adam.Update[] updates = new Adam.Update[STEPS];

    SmallStudy() {
      Arrays.fill(updates, study.plan().adam().update(0, study.plan().learningRate(0)));
    }

    double bytesOfSomeSteps() {
      StepAllocation.watch();
      long before = StepAllocation.before();
      trainer.advance(state, 0, 0, updates);
      StepAllocation.after(before, STEPS);
      return StepAllocation.end().orElse(0);
    }
  }

  /** CPU time of this process, which other processes do not use up while the compiler waits. */
  public static long cpuNanos() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(Duration::toNanos)
        .orElseGet(System::nanoTime);
  }

  static Optional<String> listen(Meter meter, Duration patience, LongSupplier clock) {
    long start = clock.getAsLong();
    double peak = 0;
    double kernel = 0;
    do {
      // The best of each: other processes only ever slow a measurement down.
      peak = Math.max(peak, meter.peak());
      kernel = Math.max(kernel, meter.kernel());
      if (peak >= SLOWEST && kernel >= ALARM * USUAL * peak) {
        return Optional.empty();
      }
    } while (clock.getAsLong() - start < patience.toNanos());
    if (peak < SLOWEST) {
      return Optional.of("training is slow, java does not compile vector code: " + ADVICE);
    }
    return Optional.of(
        "training is slow, its kernels reach %.1f %% of this CPU's peak where %.0f %% is usual: %s"
            .formatted(100 * kernel / peak, 100 * USUAL, ADVICE));
  }

  /** The kernel that sums most of a gradient, and the loop that measures the peak. */
  private static final class VectorMeter implements Meter {
    private static final int PEAK_ROUNDS = 20_000;
    private static final int SAMPLES = 64;
    private static final int CALLS = 200;

    private final Kernels kernels;
    private final float[] a;
    private final float[] b;
    private final float[] sums;

    /** Volatile, or the compiler might find that nobody wants the result. */
    private volatile float kept;

    VectorMeter(Kernels kernels) {
      this.kernels = kernels;
      int v = kernels.lanes();
      a = new float[Kernels.ARRAY_OFFSET + SAMPLES * Kernels.GRADIENT_ROW_TILE * v];
      b = new float[Kernels.ARRAY_OFFSET + SAMPLES * Kernels.SMALL_ROW_TILE * v];
      sums =
          new float[Kernels.ARRAY_OFFSET + Kernels.GRADIENT_ROW_TILE * Kernels.SMALL_ROW_TILE * v];
    }

    @Override
    public double peak() {
      long begin = System.nanoTime();
      kept = VectorPeak.run(PEAK_ROUNDS);
      double operations = 2.0 * VectorPeak.CHAINS * kernels.lanes() * PEAK_ROUNDS;
      return operations / (System.nanoTime() - begin) * 1e9;
    }

    @Override
    public double kernel() {
      int v = kernels.lanes();
      int at = Kernels.ARRAY_OFFSET;
      long begin = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        kernels.weightGradient(
            Kernels.GRADIENT_ROW_TILE,
            Kernels.SMALL_ROW_TILE,
            a,
            at,
            Kernels.GRADIENT_ROW_TILE * v,
            b,
            at,
            Kernels.SMALL_ROW_TILE * v,
            sums,
            at,
            SAMPLES);
      }
      double operations =
          2.0 * Kernels.GRADIENT_ROW_TILE * Kernels.SMALL_ROW_TILE * v * SAMPLES * CALLS;
      return operations / (System.nanoTime() - begin) * 1e9;
    }
  }
}
