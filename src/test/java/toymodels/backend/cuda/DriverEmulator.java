package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import toymodels.backend.cuda.internal.cublas.CublasLibrary;

/**
 * The CUDA driver that a test class runs on: the emulator of src/emulator, or, with {@code
 * -Dgpu=required}, the machine's own. Outside such classes the emulator shows no device, so that
 * other tests see a machine without a GPU. At the end of a class nothing may be left on a device.
 */
public final class DriverEmulator implements BeforeAllCallback, AfterAllCallback {
  /** Where the build puts the emulator; a sanitizer's run names another. */
  public static final Path DIRECTORY =
      Path.of(System.getProperty("toymodels.emulator", "target/emulator"));

  /** What can be changed and asked while tests run; {@code driver/control.cpp} has the same. */
  public enum Knob {
    RESET,
    DEVICES,
    MEMORY_BYTES,
    DRIVER_VERSION,
    COMPUTE_CAPABILITY,
    MODE,
    SCHEDULE,
    FAIL_ALLOCATION,
    FAIL_ON,
    REJECT_MODULES,
    IGNORE_LAUNCHES,
    UNREADY_QUERIES,
    CANCEL_KERNELS,
    ALIVE,
    ALIVE_BYTES,
    ALLOCATIONS_ASKED,
    LAUNCHES,
    PRINT_ALIVE,
    FOREIGN_GL,
    PRODUCTS,
    PENDING_DEFAULT,
    CHECK,
    SAY,
    REPLACE_LINE,
    COUNT_INSTRUCTIONS,
    HEAR
  }

  public static final int IMMEDIATE = 0;
  public static final int DEFERRED = 1;
  public static final int BACKGROUND = 2;

  private static final boolean LOADED = load();

  private static native long control(int control, long value);

  private static boolean load() {
    Path library = DIRECTORY.resolve("libcuda.so.1").toAbsolutePath();
    if (realGpu() || !Files.exists(library)) {
      return false;
    }
    // JCuda's natives ask for a library of this name, and find the one that is loaded already.
    System.load(library.toString());
    if (System.getProperty(CublasLibrary.DIRECTORY) == null) {
      System.setProperty(CublasLibrary.DIRECTORY, DIRECTORY.toAbsolutePath().toString());
    }
    // An emulated launch takes as long as the machine's other work lets it.
    System.setProperty("toymodels.gpu.watchdog", "3600");
    control(Knob.DEVICES.ordinal(), 0);
    return true;
  }

  /** Whether tests run on the machine's own driver. */
  public static boolean realGpu() {
    return "required".equals(System.getProperty("gpu"));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (!realGpu()) {
      requireEmulator();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (LOADED) {
      long alive = get(Knob.ALIVE);
      set(Knob.PRINT_ALIVE, 0);
      set(Knob.DEVICES, 0);
      assertEquals(0, alive, "things left on a device, listed on standard error");
    }
  }

  /** Skips, or fails with {@code -Demulator=required}, unless the emulator is there: one device. */
  public static void requireEmulator() {
    if (LOADED) {
      set(Knob.RESET, 0);
      set(Knob.DEVICES, 1);
      return;
    }
    String why = realGpu() ? "a real GPU is in use" : "the emulator was not built: no g++";
    if ("required".equals(System.getProperty("emulator")) && !realGpu()) {
      fail(why);
    }
    assumeTrue(false, why);
  }

  /** Undoes what a test has set; on the machine's own driver nothing is. */
  public static void reset() {
    if (!realGpu()) {
      requireEmulator();
    }
  }

  public static void set(Knob control, long value) {
    control(control.ordinal(), value);
  }

  public static long get(Knob control) {
    return ask(control, 0);
  }

  static long ask(Knob control, long value) {
    return control(control.ordinal(), value);
  }

  /**
   * In each module loaded from now on, this line of the PTX is another.
   *
   * @param line from 1; 0 for no line
   */
  static void replaceLine(int line, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    for (int from = 0; from < bytes.length; from += Long.BYTES) {
      long eight = 0;
      for (int k = 0; k < Long.BYTES && from + k < bytes.length; k++) {
        eight |= (long) bytes[from + k] << Byte.SIZE * k;
      }
      set(Knob.SAY, eight);
    }
    set(Knob.REPLACE_LINE, line);
  }
}
