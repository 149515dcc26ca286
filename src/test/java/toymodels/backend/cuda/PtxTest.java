package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the PTX of every rung must and must not hold, and how it is relabelled for a driver. */
@ExtendWith(DriverEmulator.class)
class PtxTest {
  private static final String HEADER =
      "// comment\n.version 9.0\n.target sm_%d\n.address_size 64\n";
  private static final int NEWEST = 13000;

  /** Sums in an order that no one fixed, and roundings that no one asked for. */
  private static final Pattern FORBIDDEN =
      Pattern.compile("(atom|red)\\.\\S*\\.f(16|32|64)|\\bmma\\b|\\.ftz|\\.approx|mad\\.\\S*f32");

  private static final Pattern PARAMETER =
      Pattern.compile("\\.entry (\\w+)\\(\\s*\\.param \\.align 8 \\.b8 \\w+\\[(\\d+)\\]\\s*\\)");

  @BeforeAll
  static void built() {
    assertTrue(Ptx.isBuilt(Rung.NAIVE.module()));
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void no_kernel_sums_in_an_order_left_open(Rung rung) {
    Matcher matcher = FORBIDDEN.matcher(Ptx.of(rung.module(), NEWEST));
    assertFalse(matcher.find(), () -> rung + " holds " + matcher.group());
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void every_entry_takes_what_java_passes(Rung rung) {
    String text = Ptx.of(rung.module(), NEWEST);
    Matcher matcher = PARAMETER.matcher(text);
    int entries = 0;
    while (matcher.find()) {
      assertEquals(TrainingArguments.BYTES, Integer.parseInt(matcher.group(2)), matcher.group(1));
      entries++;
    }
    assertEquals(text.split("\\.entry ", -1).length - 1, entries, rung + "'s entries");
  }

  @Test
  void every_compiled_shape_has_its_kernels() {
    for (Rung rung : List.of(Rung.WARP, Rung.RESIDENT)) {
      String text = Ptx.of(rung.module(), NEWEST);
      String prefix = rung == Rung.WARP ? "warp" : "resident";
      for (WarpShapes.Compiled shape : WarpShapes.COMPILED) {
        assertTrue(text.contains(".entry " + prefix + shape.suffix() + "("), shape::toString);
      }
      assertEquals(WarpShapes.COMPILED.size(), text.split("\\.entry ", -1).length - 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "13000, 80, 9.0",
    "13020, 80, 9.0",
    "12060, 80, 8.5",
    "12040, 80, 8.4",
    "12000, 90, 8.0",
    "11080, 80, 7.8",
    "11000, 80, 7.0",
    "11080, 90, 7.8",
  })
  void the_label_is_the_newest_that_the_driver_reads(int driver, int architecture, String label) {
    String lowered = Ptx.lowered(HEADER.formatted(architecture), "x", driver);
    assertEquals(HEADER.formatted(architecture).replace("9.0", label), lowered);
  }

  @ParameterizedTest
  @CsvSource({"10020, 80", "11070, 90"})
  void a_driver_too_old_is_told_so(int driver, int architecture) {
    GpuException e =
        assertThrows(
            GpuException.Unavailable.class,
            () -> Ptx.lowered(HEADER.formatted(architecture), "x", driver));
    assertTrue(e.getMessage().contains("update the NVIDIA driver"), e.getMessage());
    assertTrue(e.getMessage().contains("CUDA " + Ptx.cudaName(driver)), e.getMessage());
  }

  @Test
  void what_is_no_ptx_is_refused() {
    assertThrows(IllegalStateException.class, () -> Ptx.lowered("hello", "x", NEWEST));
  }

  @Test
  void a_kernel_that_was_not_built_is_explained() {
    GpuException e =
        assertThrows(GpuException.Unavailable.class, () -> Ptx.of("train_step_0", NEWEST));
    assertTrue(e.getMessage().contains("nvcc"), e.getMessage());
  }
}
