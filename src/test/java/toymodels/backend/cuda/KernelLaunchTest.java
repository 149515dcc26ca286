package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.cuda.DriverEmulator.Knob;

/**
 * What a launch costs on this side of the driver: Java and JNI. The emulated driver takes the call
 * and does nothing; a real one adds its own few microseconds, which no caller can save.
 */
@ExtendWith(DriverEmulator.class)
class KernelLaunchTest {
  private static final double MOST_NANOS = 1000;
  private static final int LAUNCHES = 2000;
  private static final int ROUNDS = 200;

  /** The fastest of many rounds: whatever else the machine does only ever makes one slower. */
  static double nanosOfLaunch() throws IOException {
    DriverEmulator.requireEmulator();
    String text =
        Files.readString(DriverEmulator.DIRECTORY.resolve("ptx/compute_80/planted_bugs.ptx"));
    try (Gpu gpu = Gpu.open(0);
        GpuStream stream = new GpuStream(gpu);
        KernelModule module = new KernelModule(gpu, "planted_bugs", text);
        KernelArgument argument = new KernelArgument(gpu, 16)) {
      Kernel kernel = module.kernel("planted_none");
      Kernel.Grid grid = new Kernel.Grid(1, 32, 128);
      DriverEmulator.set(Knob.IGNORE_LAUNCHES, 1);
      double best = Double.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        long begin = System.nanoTime();
        for (int i = 0; i < LAUNCHES; i++) {
          argument.value().putInt(8, i);
          kernel.launch(grid, stream, argument);
        }
        best = Math.min(best, (double) (System.nanoTime() - begin) / LAUNCHES);
      }
      return best;
    }
  }

  @Test
  void a_launch_costs_less_than_a_microsecond() throws IOException {
    double nanos = nanosOfLaunch();
    assertTrue(nanos < MOST_NANOS, "a launch took " + nanos + " ns");
  }

  /** Prints the cost, for the record: {@code bench/README.md}. */
  public static void main(String[] arguments) throws IOException {
    System.out.printf("%.0f ns a launch%n", nanosOfLaunch());
  }
}
