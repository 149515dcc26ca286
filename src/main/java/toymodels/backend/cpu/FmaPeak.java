package toymodels.backend.cpu;

import java.util.OptionalDouble;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.WorkerPool;
import toymodels.backend.cpu.internal.vector.VectorPeak;
import toymodels.backend.cpu.internal.vector.VectorWidth;

/**
 * What this processor's vector units could do at most: independent multiply-adds in registers, from
 * this JVM. The floor that training rates are compared with, measured beside them.
 */
public final class FmaPeak {
  /** Compiling the loop takes some rounds. */
  private static final int WARM_UPS = 5;

  private static final int REPEATS = 5;
  private static final int ROUNDS = 1_000_000;

  private FmaPeak() {}

  /**
   * Measures for some tenths of a second.
   *
   * @param threads threads that multiply and add at the same time
   * @return FLOP/s of all of them by the wall clock, the best of some repeats; empty without
   *     vectors
   */
  public static OptionalDouble measure(int threads) {
    Kernels kernels = VectorWidth.kernels();
    if (kernels.lanes() == 1) {
      return OptionalDouble.empty();
    }
    double best = 0;
    float[] sums = new float[threads];
    try (WorkerPool crew = new WorkerPool(threads)) {
      for (int i = 0; i < WARM_UPS + REPEATS; i++) {
        long begin = System.nanoTime();
        crew.parallelFor(threads, threads, (thread, piece) -> sums[piece] = VectorPeak.run(ROUNDS));
        double seconds = (System.nanoTime() - begin) * 1e-9;
        double operations = 2.0 * VectorPeak.CHAINS * kernels.lanes() * ROUNDS * threads;
        best = i < WARM_UPS ? 0 : Math.max(best, operations / seconds);
      }
    }
    // NaN only if the loop did not do what it is there for.
    return Float.isNaN(sums[0]) ? OptionalDouble.empty() : OptionalDouble.of(best);
  }
}
