package toymodels.backend.cpu.internal.dense;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.LongAdder;

/**
 * The heap that training steps allocate, counted on the threads that take them while somebody
 * watches. A step whose vectors are in registers allocates nothing; one whose vectors are objects,
 * tens to hundreds of kB.
 */
public final class StepAllocation {
  private static final LongAdder BYTES = new LongAdder();
  private static final LongAdder STEPS = new LongAdder();
  private static volatile boolean watched;

  private StepAllocation() {}

  /** Begins to count from zero. */
  public static void watch() {
    BYTES.reset();
    STEPS.reset();
    watched = true;
  }

  /** Ends it: bytes a model-step, or empty if no step was taken. */
  public static OptionalDouble end() {
    watched = false;
    long steps = STEPS.sum();
    return steps == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) BYTES.sum() / steps);
  }

  /** What this thread has allocated before some steps, to give to {@link #after}. */
  public static long before() {
    return watched ? allocated() : -1;
  }

  /** Counts so many model-steps that this thread has taken since. */
  public static void after(long before, int steps) {
    if (before >= 0 && watched) {
      BYTES.add(allocated() - before);
      STEPS.add(steps);
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
