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
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelArgument;
import toymodels.backend.cuda.internal.driver.KernelModule;
import toymodels.backend.cuda.internal.driver.Ptx;
import toymodels.backend.cuda.internal.driver.Staging;

/** The emulator names each bug of src/emulator/planted, and is silent where there is none. */
@ExtendWith(DriverEmulator.class)
public class PlantedBugsTest {
  private static final int THREADS = 64;
  private static final int FLOATS = 100;
  public static final Duration LIMIT = Duration.ofHours(1);

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
        "planted_past_shared | thread 63: writes shared memory at 256, of which there are 256 bytes",
        "planted_wild_pointer | block 0: thread 0: writes the illegal address 0x",
        "planted_misaligned | thread 1: reads 8 bytes at the misaligned address ",
        "planted_divergent_barrier | lanes 0000ffff of warp 0 wait at bar.sync at planted_bugs.cu:",
        "planted_absent_lane | a lane is not in its own member mask, in shfl.sync.bfly.b32",
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
    assertSays(e, "planted_past_the_end", "writes up to 4 bytes past the end of a buffer of 400");
    assertSays(e, "in st.global.u32 at planted_bugs.cu:");
  }

  /** What a GPU lets pass, and a launch without checks, too. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "planted_missing_barrier | 1 | a race in shared memory: ",
        "planted_missing_warp_barrier | 1 | a race in shared memory: ",
        "planted_block_race | 2 | block 1: thread 0: a race in global memory: ",
        "planted_unwritten_shared | 1 | reads shared memory that was never written, in ld.shared",
        "planted_unwritten_global | 1 | reads global memory that was never written",
      })
  void a_hazard_is_named_in_a_checked_launch(String kernel, int blocks, String message) {
    Kernel.Grid grid = new Kernel.Grid(blocks, THREADS, THREADS * Float.BYTES);
    run(kernel, grid, LIMIT);
    DriverEmulator.set(Knob.CHECK, 1);
    GpuException e = assertThrows(GpuException.class, () -> run(kernel, grid, LIMIT));
    assertSays(e, message, kernel, "planted_bugs.cu:");
    DriverEmulator.set(Knob.SCHEDULE, 5);
    assertThrows(GpuException.class, () -> run(kernel, grid, LIMIT));
  }

  @Test
  void a_right_kernel_is_silent_under_all_checks() {
    DriverEmulator.set(Knob.CHECK, 1);
    for (int schedule = 0; schedule < 4; schedule++) {
      DriverEmulator.set(Knob.SCHEDULE, schedule);
      assertEquals(1, run("planted_none")[0]);
    }
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

  /** Each is the ninth line of a text that is right but for it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tanh.approx.f32 %f1, %f1;          | the instruction tanh.approx.f32 is not known",
        "add.rn.f32 %f1, %f1, %rd1;         | '%rd1' has another width than add.rn.f32 reads",
        "add.rn.f32 %f1, %f1;               | add.rn.f32 with 2 operands",
        "add.rn.f32 %f1, %f1, %f9;          | the register %f9",
        "bra $nowhere;                      | no label $nowhere",
        "bar.sync 1;                        | a barrier other than 0",
        "red.global.add.f32 [%rd1], %f1;    | the instruction red.global.add.f32 is not known",
        "ld.surface.f32 %f1, [%rd1];        | the space of ld.surface.f32 is not known",
        "call.uni f, ();                    | the instruction call.uni is not known",
      })
  void what_the_interpreter_does_not_know_is_refused_with_its_line(String line, String message) {
    text =
        """
        .version 8.0
        .target sm_80
        .address_size 64
        .visible .entry unknown(.param .u64 p)
        {
          .reg .f32 %f<3>;
          .reg .b64 %rd<3>;
          ld.param.u64 %rd1, [p];
          """
            + line
            + "\n  ret;\n}\n";
    GpuException e = assertThrows(GpuException.class, () -> run("unknown"));
    assertSays(e, "PTX line 9: " + message);
  }

  /** What no CUDA C++ makes: a register that was never written. */
  @Test
  void a_register_that_was_never_written_is_named() {
    text =
        """
        .version 8.0
        .target sm_80
        .address_size 64
        .visible .entry unwritten(.param .align 8 .b8 p[16])
        {
          .reg .pred %p<2>;
          .reg .f32 %f<3>;
          .reg .b32 %r<3>;
          .reg .b64 %rd<3>;
          ld.param.u64 %rd1, [p];
          mov.u32 %r1, %tid.x;
          setp.gt.u32 %p1, %r1, 7;
          mul.wide.u32 %rd2, %r1, 4;
          add.s64 %rd1, %rd1, %rd2;
          @%p1 bra $store;
          mov.f32 %f1, 0f3F800000;
        $store:
          st.global.f32 [%rd1], %f1;
          ret;
        }
        """;
    DriverEmulator.set(Knob.CHECK, 1);
    assertEquals(1, run("unwritten", new Kernel.Grid(1, 8, 0), LIMIT)[7]);
    GpuException e = assertThrows(GpuException.class, () -> run("unwritten"));
    assertSays(e, "reads a register that was never written, in st.global.f32 (PTX line 18)");
  }

  @Test
  void a_wrong_parameter_list_is_refused() {
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
