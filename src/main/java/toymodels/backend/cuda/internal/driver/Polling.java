package toymodels.backend.cuda.internal.driver;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import jcuda.driver.CUresult;
import toymodels.backend.cuda.GpuException;

/** Waits for a GPU by asking the driver again and again, so that waiting can have an end. */
final class Polling {
  /** Sleeping lasts 60 µs at least, which a launch of a millisecond would notice. */
  private static final long SPIN_NANOS = 2_000_000;

  /** A pause is at most this part of the time waited so far: so much is lost at the end. */
  private static final int PART = 32;

  private static final long LONGEST_PAUSE_NANOS = 1_000_000;

  private Polling() {}

  /**
   * Waits until a query no longer says that work is left.
   *
   * @param what the work, for messages: "running resident_1_20_5 on GPU 0"
   * @throws GpuException if the work failed, or took longer than the limit
   */
  static void await(IntSupplier query, Duration limit, Supplier<String> what) {
    long begin = System.nanoTime();
    for (int result = query.getAsInt();
        result != CUresult.CUDA_SUCCESS;
        result = query.getAsInt()) {
      if (result != CUresult.CUDA_ERROR_NOT_READY) {
        throw Driver.failure(result, what.get());
      }
      long waited = System.nanoTime() - begin;
      if (waited > limit.toNanos()) {
        throw new GpuException(
            result,
            "%s: not done after %.1f s, allowed are %.1f s (-Dtoymodels.gpu.watchdog)"
                .formatted(what.get(), waited / 1e9, limit.toNanos() / 1e9));
      }
      long pause = pauseNanos(waited);
      if (pause == 0) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(pause);
      }
    }
  }

  /** How long to sleep before asking again, 0 for not at all. */
  static long pauseNanos(long waited) {
    return waited < SPIN_NANOS ? 0 : Math.min(waited / PART, LONGEST_PAUSE_NANOS);
  }
}
