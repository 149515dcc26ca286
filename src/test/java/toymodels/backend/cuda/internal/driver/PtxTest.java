package toymodels.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import toymodels.backend.cuda.DriverEmulator;
import toymodels.backend.cuda.GpuException;
import toymodels.backend.cuda.KernelVariant;
import toymodels.backend.cuda.internal.launch.RegisterLaunch;
import toymodels.backend.cuda.internal.launch.TrainingArguments;
import toymodels.backend.cuda.internal.launch.WarpLaunch;

/** What the PTX of every rung must and must not hold, and how it is relabelled for a driver. */
@ExtendWith(DriverEmulator.class)
class PtxTest {
  private static final String HEADER =
      "// comment\n.version 9.0\n.target sm_%d\n.address_size 64\n";
  private static final int NEWEST = 13000;

  /** Sums in an order that no one fixed, and roundings that no one asked for. */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "\\b(atom|red)\\.\\S*\\.f(16|32|64)|\\b(wg|tcgen05\\.)?mma\\b|\\.ftz|\\.approx|mad\\.\\S*f32");

  private static final Pattern ENTRY = Pattern.compile("\\.entry (\\w+)\\(");

  @BeforeAll
  static void built() {
    assertTrue(Ptx.isBuilt(KernelVariant.NAIVE.module()));
  }

  @ParameterizedTest
  @EnumSource(KernelVariant.class)
  void no_kernel_sums_in_an_order_left_open(KernelVariant variant) {
    Matcher matcher = FORBIDDEN.matcher(Ptx.of(variant.module(), NEWEST, 90));
    assertFalse(matcher.find(), () -> variant + " holds " + matcher.group());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "red.global.add.f32 [%rd1], %f1;",
        "atom.shared.add.f64 %fd2, [%r1], %fd1;",
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f1}, {%r1}, {%r2}, {%f2};",
        "wgmma.mma_async.sync.aligned.m64n8k8.f32.tf32.tf32 {%f1}, %rd1, %rd2, p, 1, 1;",
        "sqrt.approx.f32 %f1, %f2;",
        "add.ftz.f32 %f1, %f2, %f3;",
      })
  void an_order_left_open_would_be_found(String instruction) {
    assertTrue(FORBIDDEN.matcher("\t" + instruction).find());
  }

  /** A GPU before Hopper, Hopper itself, one after it; and a driver from before Hopper. */
  @ParameterizedTest
  @CsvSource({
    "13000, 80, 9.0",
    "13000, 89, 9.0",
    "13000, 90, 9.0",
    "13000, 120, 9.0",
    "11070, 90, 7.7"
  })
  void one_text_is_for_every_device(int driver, int device, String version) {
    String text = Ptx.of(KernelVariant.RESIDENT.module(), driver, device);
    assertTrue(text.contains(".version %s\n.target sm_80\n".formatted(version)));
  }

  @Test
  void a_device_too_old_is_told_so() {
    GpuException e =
        assertThrows(
            GpuException.Unavailable.class, () -> Ptx.of(KernelVariant.NAIVE.module(), NEWEST, 75));
    assertTrue(e.getMessage().contains("capability 8.0 or higher, the GPU has 7.5"), e::getMessage);
  }

  @ParameterizedTest
  @EnumSource(KernelVariant.class)
  void every_entry_takes_what_java_passes(KernelVariant variant) {
    String text = Ptx.of(variant.module(), NEWEST, 90);
    Matcher entry = ENTRY.matcher(text);
    int entries = 0;
    for (; entry.find(); entries++) {
      List<Integer> bytes = Ptx.parameterBytes(text, entry.group(1));
      assertEquals(List.of(TrainingArguments.BYTES), bytes, entry.group(1));
    }
    assertTrue(entries > 0, variant + " has no entry");
  }

  @Test
  void parameters_are_read_from_the_text() {
    String text =
        ".visible .entry f(\n.param .u64 .ptr .global .align 4 f_0,\n.param .f32 f_1,\n"
            + ".param .align 16 .b8 f_2[48]\n)\n{}";
    assertEquals(List.of(8, 4, 48), Ptx.parameterBytes(text, "f"));
    assertEquals(List.of(), Ptx.parameterBytes(".entry g()\n{}", "g"));
    assertThrows(IllegalStateException.class, () -> Ptx.parameterBytes(text, "g"));
  }

  @Test
  void every_compiled_shape_has_its_kernels() {
    List<String> warps =
        WarpLaunch.COMPILED.stream().map(shape -> "resident" + shape.suffix()).toList();
    List<String> blocks =
        RegisterLaunch.COMPILED.stream().map(RegisterLaunch.Compiled::entry).toList();
    assertEquals(new TreeSet<>(warps), entries(KernelVariant.RESIDENT));
    assertEquals(new TreeSet<>(blocks), entries(KernelVariant.REGISTERS));
  }

  private static TreeSet<String> entries(KernelVariant variant) {
    TreeSet<String> names = new TreeSet<>();
    ENTRY
        .matcher(Ptx.of(variant.module(), NEWEST, 90))
        .results()
        .forEach(m -> names.add(m.group(1)));
    return names;
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
        assertThrows(GpuException.Unavailable.class, () -> Ptx.of("train_step_0", NEWEST, 90));
    assertTrue(e.getMessage().contains("nvcc"), e.getMessage());
  }
}
