package toymodels.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import toymodels.backend.cuda.DriverEmulator;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.backend.cuda.GpuException;

/** What happens when the driver refuses the PTX of the build. */
@ExtendWith(DriverEmulator.class)
class KernelModuleTest {
  private static final String MODULE = "train_step_5_block";
  private static final LocalNvcc NONE =
      new LocalNvcc(Optional.empty(), "[/a/bin]", Optional.empty());

  @TempDir Path folder;

  @BeforeEach
  void reset() {
    DriverEmulator.requireEmulator();
  }

  private static String load(LocalNvcc nvcc) {
    try (Gpu gpu = Gpu.open(0);
        KernelModule module = new KernelModule(gpu, MODULE, nvcc)) {
      module.kernel("block_steps");
      return module.toString();
    }
  }

  private LocalNvcc scripted(String... lines) throws IOException {
    Path nvcc = folder.resolve("nvcc");
    Files.writeString(nvcc, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertTrue(nvcc.toFile().setExecutable(true));
    return LocalNvcc.find(
        Map.of("CUDA_HOME", "/nowhere", "PATH", "/none:" + folder, "XDG_CACHE_HOME", cache() + ""));
  }

  @Test
  void the_build_s_text_is_taken_where_the_driver_reads_it() {
    assertEquals("module " + MODULE, load(NONE));
    DriverEmulator.set(Knob.COMPUTE_CAPABILITY, 80);
    assertEquals("module " + MODULE, load(NONE));
    DriverEmulator.set(Knob.DRIVER_VERSION, 11000);
    assertEquals("module " + MODULE, load(NONE));
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  /** The real nvcc, where there is one. */
  private LocalNvcc real() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("XDG_CACHE_HOME", cache().toString());
    LocalNvcc found = LocalNvcc.find(environment);
    assumeTrue(found.executable().isPresent(), "there is no nvcc");
    return found;
  }

  @Test
  void a_refused_text_is_made_anew_by_the_nvcc_of_this_machine() {
    DriverEmulator.set(Knob.REJECT_MODULES, 2);
    assertEquals("module " + MODULE, load(real()));
    assertEquals(0, DriverEmulator.get(Knob.ALIVE));
  }

  /** A compiler that notes each call and copies the build's text. */
  @Test
  void what_was_made_anew_is_kept_while_it_is_whole_and_private() throws IOException {
    Path ptx = Path.of("target/classes/kernels/compute_80", MODULE + ".ptx").toAbsolutePath();
    Path calls = folder.resolve("calls");
    String copy = "for last; do :; done; cp '%s' \"$last\"; echo x >> '%s'".formatted(ptx, calls);
    LocalNvcc nvcc = scripted(copy);
    compiles(1, nvcc, calls);
    compiles(1, nvcc, calls);
    Path kept;
    try (Stream<Path> files = Files.list(cache().resolve("toymodels/ptx"))) {
      kept = files.reduce((a, b) -> null).orElseThrow();
    }
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)));
    Path directory = kept.getParent();
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    Files.writeString(kept, Files.readString(kept).replace(".target", ".tarjet"));
    compiles(2, nvcc, calls);
    Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-rw----"));
    compiles(3, nvcc, calls);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    compiles(4, nvcc, calls);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    compiles(4, nvcc, calls);
    Files.delete(kept);
    compiles(5, nvcc, calls);
    compiles(6, scripted(copy, "# another compiler"), calls);
  }

  private static void compiles(int expected, LocalNvcc nvcc, Path calls) throws IOException {
    DriverEmulator.set(Knob.REJECT_MODULES, 2);
    load(nvcc);
    assertEquals(expected, Files.readAllLines(calls).size(), "calls of nvcc");
  }

  @Test
  void a_cache_that_cannot_be_written_costs_time_only() throws IOException {
    Files.writeString(cache(), "not a directory");
    DriverEmulator.set(Knob.REJECT_MODULES, 2);
    assertEquals("module " + MODULE, load(real()));
    assertEquals(Optional.empty(), PtxCache.of(Map.of("XDG_CACHE_HOME", "relative")));
    Path home = Path.of("").toAbsolutePath();
    assertEquals(
        home.resolve(".cache/toymodels/ptx"),
        PtxCache.of(Map.of("HOME", home.toString())).orElseThrow().directory());
  }

  @Test
  void without_nvcc_the_error_says_what_was_tried() {
    DriverEmulator.set(Knob.REJECT_MODULES, 2);
    GpuException e = assertThrows(GpuException.Unavailable.class, () -> load(NONE));
    for (String part :
        List.of(
            "[.version 9.0, .target sm_80]",
            "compute capability 9.0",
            "driver of CUDA 13.0",
            "which says: cuModuleLoadData: made to refuse its PTX",
            "there is no nvcc to compile it again in [/a/bin]",
            "update the NVIDIA driver")) {
      assertTrue(e.getMessage().contains(part), () -> part + " is not in: " + e.getMessage());
    }
    assertEquals(0, DriverEmulator.get(Knob.ALIVE));
  }

  @Test
  void an_nvcc_that_fails_is_quoted() throws IOException {
    LocalNvcc broken = scripted("echo no host compiler here", "exit 3");
    DriverEmulator.set(Knob.REJECT_MODULES, 2);
    GpuException e = assertThrows(GpuException.Unavailable.class, () -> load(broken));
    assertTrue(e.getMessage().contains("/nvcc ended with 3: no host compiler"), e.getMessage());
  }

  @Test
  void a_text_that_is_refused_twice_is_one_error_with_both() {
    LocalNvcc nvcc = real();
    DriverEmulator.set(Knob.REJECT_MODULES, 4);
    GpuException e = assertThrows(GpuException.class, () -> load(nvcc));
    assertTrue(e.getMessage().contains("as " + nvcc.describe() + " compiled it"), e.getMessage());
    assertEquals(1, e.getSuppressed().length);
    assertEquals(0, DriverEmulator.get(Knob.ALIVE));
  }

  /** Each release of CUDA since 11.0: what the table of Java says, the emulated driver does. */
  @Test
  void the_emulated_driver_reads_what_its_version_reads() {
    for (int driver : new int[] {11000, 11040, 11080, 12000, 12040, 12050, 12060, 12090, 13000}) {
      DriverEmulator.set(Knob.DRIVER_VERSION, driver);
      int newest = Ptx.newestIsa(driver);
      try (Gpu gpu = Gpu.open(0)) {
        new KernelModule(gpu, "empty", empty(newest)).close();
        GpuException e =
            assertThrows(
                GpuException.class, () -> new KernelModule(gpu, "empty", empty(newest + 1)));
        assertTrue(e.getMessage().contains("newer than the driver"), e.getMessage());
      }
    }
  }

  private static String empty(int isa) {
    return ".version %d.%d\n.target sm_80\n.address_size 64\n".formatted(isa / 10, isa % 10);
  }

  /** Numbers cross to the emulator: both sides must count alike. */
  @Test
  void the_knobs_are_those_of_the_emulator() throws IOException {
    String control = Files.readString(Path.of("src/emulator/driver/control.cpp"));
    String names = control.split("enum Knob \\{")[1].split("}")[0].replaceAll("\\s", "");
    StringBuilder own = new StringBuilder();
    for (Knob knob : Knob.values()) {
      own.append(own.isEmpty() ? "" : ",").append(knob);
    }
    assertEquals(names, own.toString());
    String modes = Files.readString(Path.of("src/emulator/driver/state.h"));
    assertTrue(modes.contains("  IMMEDIATE = %d,".formatted(DriverEmulator.IMMEDIATE)));
    assertTrue(modes.contains("  DEFERRED = %d,".formatted(DriverEmulator.DEFERRED)));
    assertTrue(modes.contains("  BACKGROUND = %d,".formatted(DriverEmulator.BACKGROUND)));
  }
}
