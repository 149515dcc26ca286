package toymodels.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import toymodels.backend.cpu.internal.dense.StepAllocation;
import toymodels.train.Backend;
import toymodels.train.Study;
import toymodels.train.Trainer;

/** What the canary says of measurements that are made up. */
class JitCanaryTest {
  private static final double PEAK = 100e9;

  @Test
  void fast_kernels_are_well() {
    assertEquals(Optional.empty(), listen(new double[] {PEAK}, 0.5 * PEAK));
    assertEquals(Optional.empty(), listen(new double[] {PEAK}, 0.11 * PEAK));
  }

  @Test
  void kernels_that_are_compiled_in_the_end_are_well() {
    double[] peaks = {0.01e9, 2e9, PEAK, PEAK, PEAK};
    assertEquals(Optional.empty(), listen(peaks, 0, 0.1e9, 0.1e9, 0.2e9, 0.4 * PEAK));
  }

  @Test
  void slow_kernels_are_told_with_what_to_do() {
    String warning = listen(new double[] {PEAK}, 0.004 * PEAK).orElseThrow();
    assertTrue(warning.contains("0.4 % of this CPU's peak where 50 % is usual"), warning);
    assertTrue(warning.contains("-XX:ObjectAlignmentInBytes=64"), warning);
    assertFalse(warning.contains("\n"), warning);
  }

  @Test
  void a_java_that_does_not_compile_is_told() {
    String warning = listen(new double[] {0.02e9}, 0.02e9).orElseThrow();
    assertTrue(warning.contains("does not compile vector code"), warning);
    assertTrue(warning.contains("-Xint"), warning);
  }

  @Test
  void steps_that_keep_allocating_are_told_and_those_that_stop_are_well() {
    assertEquals(Optional.empty(), steps(900_000, 120_000, 200));
    String warning = steps(900_000, 120_000).orElseThrow();
    assertTrue(warning.contains("a model-step allocates 120 kB where none is usual"), warning);
    assertFalse(warning.contains("\n"), warning);
  }

  private static Optional<String> steps(double... bytes) {
    Iterator<Double> each = values(bytes);
    AtomicLong now = new AtomicLong();
    return JitCanary.listenToSteps(each::next, Duration.ofNanos(10), now::getAndIncrement);
  }

  /** What the threads that train allocate is seen, and only while it is watched. */
  @Test
  void the_steps_of_a_training_are_watched() {
    Study study = CanonicalBits.longStudy();
    try (Backend backend = new CpuBackend(2);
        Trainer trainer = backend.start(study)) {
      assertEquals(Optional.empty(), JitCanary.stepsWatched());
      trainer.advance(1);
      assertEquals(OptionalDouble.empty(), StepAllocation.end());
      StepAllocation.watch();
      trainer.advance(1);
      assertTrue(StepAllocation.end().isPresent());
    }
    StepAllocation.watch();
    long before = StepAllocation.before();
    byte[][] boxes = new byte[10][100_000];
    StepAllocation.after(before, boxes.length);
    String warning = JitCanary.stepsWatched().orElseThrow();
    assertTrue(warning.contains("a model-step allocates 100 kB"), warning);
  }

  /** Measurements one after the other, the last for ever, while a clock goes on. */
  private static Optional<String> listen(double[] peaks, double... kernels) {
    AtomicLong now = new AtomicLong();
    Iterator<Double> peak = values(peaks);
    Iterator<Double> kernel = values(kernels);
    JitCanary.Meter meter =
        new JitCanary.Meter() {
          @Override
          public double peak() {
            return peak.next();
          }

          @Override
          public double kernel() {
            return kernel.next();
          }
        };
    return JitCanary.listen(meter, Duration.ofNanos(10), now::getAndIncrement);
  }

  private static Iterator<Double> values(double[] each) {
    double last = each[each.length - 1];
    return DoubleStream.concat(DoubleStream.of(each), DoubleStream.generate(() -> last)).iterator();
  }
}
