package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.Stopwatch;
import toymodels.backend.cuda.internal.launch.Roofline;

/** The ladder is climbed from the first rung to the last; an emulated device has no shares. */
@ExtendWith(DriverEmulator.class)
class LadderTest {
  @BeforeEach
  void reset() {
    DriverEmulator.requireEmulator();
  }

  @Test
  void every_rung_is_timed_and_the_emulator_is_said_to_be_one() {
    Ladder.Climb climb =
        Ladder.climb(new Ladder.Effort(0, 2, 16), EnumSet.allOf(KernelVariant.class));
    assertTrue(climb.device().emulated());
    Set<String> rungs = new HashSet<>();
    for (Ladder.Row row : climb.rows()) {
      rungs.add(row.variant());
      assertTrue(row.slowest() > 0 && row.slowest() <= row.rate() && row.rate() <= row.fastest());
      assertTrue(row.multiplyAddShare().isEmpty() && row.issueShare().isEmpty(), row::toString);
    }
    assertEquals(KernelVariant.values().length, rungs.size(), rungs::toString);
    assertEquals(0, DriverEmulator.get(Knob.ALIVE));
  }

  /** 2 multiprocessors at 1 GHz: 256 multiply-adds and 8 instructions a nanosecond. */
  @Test
  void the_roof_is_counted_from_multiprocessors_and_clock() {
    try (Gpu gpu = Gpu.open(0)) {
      Roofline roof = Roofline.of(gpu);
      assertEquals(256e9, roof.multiplyAdds());
      assertEquals(8e9, roof.instructions());
      var study = Ladder.studies(new Ladder.Effort(0, 1, 100)).get(1);
      assertEquals(256e9 / (5 * 20 * 5 * 100), roof.byMultiplyAdds(study), 1e-6);
      double issue = roof.byInstructions(KernelVariant.RESIDENT, study).orElseThrow();
      assertTrue(issue < roof.byMultiplyAdds(study), "more than the multiply-adds alone");
      assertTrue(issue > 0.4 * roof.byMultiplyAdds(study), "less than two fifths of them");
      assertTrue(roof.byInstructions(KernelVariant.NAIVE, study).isEmpty());
    }
  }

  @Test
  void the_watch_runs_while_the_gpu_works() {
    try (Gpu gpu = Gpu.open(0);
        GpuStream stream = new GpuStream(gpu);
        Stopwatch watch = new Stopwatch(gpu, stream, PlantedBugsTest.LIMIT)) {
      watch.begin();
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < 5_000_000) {
        Thread.onSpinWait();
      }
      assertTrue(watch.end() >= 0.005);
    }
  }
}
