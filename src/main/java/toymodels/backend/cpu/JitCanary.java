package toymodels.backend.cpu;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Tells when the JIT compiler has not turned the vector kernels into vector code. Nothing else
 * shows that: the bits are the same, only hundreds of times slower. A kernel in the first-level
 * cache is compared with what the same JVM multiplies and adds in registers.
 */
public final class JitCanary {
  /** FLOP/s below which no processor with vectors runs compiled vector code. */
  private static final double SLOWEST = 1e9;

  /** Of the peak: what the kernel reaches on every machine that was measured, at least. */
  private static final double USUAL = 0.5;

  /** Of the usual: below, something is wrong rather than slow. */
  private static final double ALARM = 0.2;

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
    Kernels kernels = LaneChoice.kernels();
    if (kernels.lanes() == 1) {
      return LaneChoice.plainLoopsAsked()
          ? Optional.empty()
          : Optional.of("training is slow: " + kernels.description());
    }
    return listen(new VectorMeter(kernels), patience, JitCanary::cpuNanos);
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
      a = new float[Kernels.START + SAMPLES * Kernels.SIX * v];
      b = new float[Kernels.START + SAMPLES * Kernels.TWO * v];
      sums = new float[Kernels.START + Kernels.SIX * Kernels.TWO * v];
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
      int at = Kernels.START;
      long begin = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        kernels.correlate(
            Kernels.SIX, a, at, Kernels.SIX * v, b, at, Kernels.TWO * v, sums, at, SAMPLES);
      }
      double operations = 2.0 * Kernels.SIX * Kernels.TWO * v * SAMPLES * CALLS;
      return operations / (System.nanoTime() - begin) * 1e9;
    }
  }
}
