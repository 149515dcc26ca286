package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import jcuda.driver.CUfunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.backend.cuda.DriverEmulator.Knob;

/** The emulator names each bug of src/emulator/planted, and is silent where there is none. */
@ExtendWith(DriverEmulator.class)
class PlantedBugsTest {
  private static final int THREADS = 64;
  private static final int FLOATS = 100;
  static final Duration LIMIT = Duration.ofHours(1);

  static String text;

  @BeforeEach
  void read() throws IOException {
    DriverEmulator.requireEmulator();
    text = Files.readString(DriverEmulator.DIRECTORY.resolve("ptx/compute_80/planted_bugs.ptx"));
  }

  /** Runs a planted kernel on a buffer of {@value #FLOATS} floats, and returns them. */
  static float[] run(String kernel, Kernel.Grid grid, Duration limit) {
    try (Gpu gpu = Gpu.open(0);
        GpuStream stream = new GpuStream(gpu);
        KernelModule module = new KernelModule(gpu, "planted_bugs", text);
        KernelArgument argument = new KernelArgument(gpu, 16);
        Staging staging = new Staging(gpu, stream, limit, FLOATS * Float.BYTES);
        DeviceMemory out = new DeviceMemory(gpu, "out", FLOATS * Float.BYTES)) {
      staging.upload(out, DeviceMemory.hostBuffer(FLOATS * Float.BYTES));
      argument.value().putLong(0, out.address()).putInt(8, FLOATS).putInt(12, 0);
      module.kernel(kernel).launch(grid, stream, argument);
      stream.await(limit);
      float[] values = new float[FLOATS];
      staging.download(out, out.bytes(), (offset, piece) -> piece.asFloatBuffer().get(values));
      return values;
    }
  }

  private static float[] run(String kernel) {
    return run(kernel, new Kernel.Grid(1, THREADS, THREADS * Float.BYTES), LIMIT);
  }

  private static void assertSays(Exception e, String... parts) {
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), () -> part + " is not in: " + e.getMessage());
    }
  }

  @Test
  void a_right_kernel_runs_in_silence() {
    float[] values = run("planted_none");
    for (int i = 0; i < THREADS; i++) {
      assertEquals((i + 1) % THREADS, values[i]);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "planted_past_shared  | wrote past its 256 bytes of dynamic shared memory",
        "planted_wild_pointer | thread (0,0,0): illegal address",
        "planted_divergent_barrier | thread 0 waits at __syncthreads planted_bugs.cu:",
      })
  void a_planted_bug_is_named(String kernel, String message) {
    GpuException e = assertThrows(GpuException.class, () -> run(kernel));
    assertSays(e, message, kernel, "GPU 0");
  }

  @Test
  void a_write_past_the_end_is_named() {
    Kernel.Grid grid = new Kernel.Grid(1, 128, 0);
    GpuException e =
        assertThrows(GpuException.class, () -> run("planted_past_the_end", grid, LIMIT));
    assertSays(e, "planted_past_the_end", "out-of-bounds write just past a buffer of 400 bytes");
  }

  /** In order, each thread reads before its neighbour has written; at random, sometimes not. */
  @Test
  void a_missing_barrier_shows_under_random_schedules() {
    DriverEmulator.set(Knob.SCHEDULE, 7);
    float[] values = run("planted_missing_barrier");
    DriverEmulator.set(Knob.SCHEDULE, 8);
    boolean differs = false;
    float[] others = run("planted_missing_barrier");
    for (int i = 0; i < THREADS; i++) {
      differs |= values[i] != others[i];
    }
    assertTrue(differs, "two schedules gave the same values");
  }

  @Test
  void a_launch_that_no_gpu_would_take_is_refused_with_its_sizes() {
    Kernel.Grid block = new Kernel.Grid(1, 2048, 0);
    assertSays(
        assertThrows(GpuException.class, () -> run("planted_none", block, LIMIT)),
        "launching kernel planted_none <<<1 blocks of 2048 threads, 0 bytes shared>>> on GPU 0");
    Kernel.Grid shared = new Kernel.Grid(1, 32, 300_000);
    assertSays(
        assertThrows(GpuException.class, () -> run("planted_none", shared, LIMIT)),
        "300000 bytes of dynamic shared memory are over");
    assertSays(
        assertThrows(GpuException.class, () -> run("planted_elsewhere")),
        "looking for kernel planted_elsewhere in planted_bugs");
  }

  @Test
  void a_stale_ptx_is_refused() {
    text = text.replace("planted_none_param_0[16]", "planted_none_param_0[24]");
    GpuException e = assertThrows(GpuException.class, () -> run("planted_none"));
    assertSays(e, "parameter 0 has 24 bytes", "16 aligned to 8 in the host build", "stale PTX?");
  }

  @Test
  void a_wrong_parameter_list_is_refused() {
    text =
        text.replace(
            ".align 8 .b8 planted_none_param_0[16]",
            ".u64 planted_none_param_0, .param .u32 planted_none_param_1");
    GpuException inDriver = assertThrows(GpuException.class, () -> run("planted_none"));
    assertSays(inDriver, "kernel planted_none", "the PTX has 2 parameters, the host build 1");
    try (Gpu gpu = Gpu.open(0);
        KernelArgument argument = new KernelArgument(gpu, 24);
        GpuStream stream = new GpuStream(gpu)) {
      Kernel kernel = new Kernel(gpu, "planted_none", new CUfunction(), List.of(16));
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> kernel.launch(new Kernel.Grid(1, 32, 0), stream, argument));
      assertSays(e, "kernel planted_none on GPU 0", "parameters of [16] bytes", "one of 24");
    }
  }

  @Test
  void ptx_newer_than_the_driver_is_refused_and_relabelled_ptx_is_not() {
    DriverEmulator.set(Knob.DRIVER_VERSION, 12040);
    GpuException e = assertThrows(GpuException.class, () -> run("planted_none"));
    assertSays(e, "compiling kernels planted_bugs", "[.version 9.0, .target sm_80]", "CUDA 12.4");
    text = Ptx.lowered(text, "planted_bugs", 12040);
    assertTrue(text.contains(".version 8.4"));
    assertEquals(1, run("planted_none")[0]);
  }

  @Test
  void a_kernel_that_never_ends_is_given_up() {
    DriverEmulator.set(Knob.MODE, DriverEmulator.BACKGROUND);
    Kernel.Grid grid = new Kernel.Grid(1, 32, 0);
    try (Gpu gpu = Gpu.open(0);
        GpuStream stream = new GpuStream(gpu);
        KernelModule module = new KernelModule(gpu, "planted_bugs", text);
        KernelArgument argument = new KernelArgument(gpu, 16);
        Staging staging = new Staging(gpu, stream, LIMIT, FLOATS * Float.BYTES);
        DeviceMemory out = new DeviceMemory(gpu, "out", FLOATS * Float.BYTES)) {
      staging.upload(out, DeviceMemory.hostBuffer(FLOATS * Float.BYTES));
      argument.value().putLong(0, out.address()).putInt(8, FLOATS).putInt(12, 0);
      module.kernel("planted_endless").launch(grid, stream, argument);
      Duration limit = Duration.ofMillis(300);
      GpuException e = assertThrows(GpuException.class, () -> stream.await(limit));
      assertSays(e, "running planted_endless on GPU 0", "allowed are 0.3 s");
      // Closing waits for the kernel.
      DriverEmulator.set(Knob.CANCEL_KERNELS, 0);
    }
  }

  @Test
  void what_was_not_closed_is_named() {
    Gpu gpu = Gpu.open(0);
    DeviceMemory leaked = new DeviceMemory(gpu, "weights", 400);
    assertSays(assertThrows(IllegalStateException.class, gpu::close), "[weights, 400 bytes]");
    leaked.close();
    assertEquals(0, DriverEmulator.get(Knob.ALIVE));
  }
}
