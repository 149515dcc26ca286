package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.cuda.DriverEmulator.Knob;

/**
 * What a launch does on this side of the driver, counted: one call of the driver and no object.
 * What that costs in time is measured by {@link LaunchCostTest}.
 */
@ExtendWith(DriverEmulator.class)
class KernelLaunchTest {
  private static final int LAUNCHES = 10_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static long allocated(Runnable work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void a_launch_is_one_call_of_the_driver_and_makes_no_object() throws IOException {
    try (LaunchLoop loop = new LaunchLoop()) {
      loop.launch(1);
      long before = DriverEmulator.get(Knob.LAUNCHES);
      long bytes = allocated(() -> loop.launch(LAUNCHES));
      assertEquals(LAUNCHES, DriverEmulator.get(Knob.LAUNCHES) - before);
      assertTrue(bytes < LAUNCHES, "%d launches allocated %d bytes".formatted(LAUNCHES, bytes));
    }
  }

  @Test
  void objects_would_be_counted() throws IOException {
    try (LaunchLoop loop = new LaunchLoop()) {
      assertTrue(allocated(() -> loop.launchByPointers(LAUNCHES)) > 32 * LAUNCHES);
    }
  }
}
