package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.backend.cuda.internal.driver.Ptx;
import toymodels.backend.cuda.internal.launch.WarpLaunch;

/** What ptxas makes of every kernel for sm_80 and sm_90, held to the table in kernels/README.md. */
@Tag("slow")
@ExtendWith(DriverEmulator.class)
class ResourcesTest {
  private static final String MARK = "<!-- ladder -->\n";

  /** What one warp of eight may issue a sample to reach the goal of n = 20, m = 5. */
  private static final double MOST_INSTRUCTIONS = 32;

  @TempDir Path folder;

  @BeforeAll
  static void ptxas() {
    boolean there =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "ptxas")));
    assumeTrue(there, "there is no ptxas");
  }

  private static String measured() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("bash", "kernels/resources.sh", "target/classes/kernels")
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text;
  }

  @Test
  void the_kernels_that_train_spill_nothing_and_the_table_is_true() throws Exception {
    String table = measured();
    int trained = 0;
    for (String line : table.split("\n")) {
      String[] cells = line.split(" *\\| *");
      if (cells.length > 5 && cells[1].matches("`(resident|registers|block|tiled).*")) {
        assertEquals("0 0", cells[3] + " " + cells[5], "bytes spilled by " + cells[1]);
        trained++;
      }
    }
    assertTrue(trained > WarpLaunch.COMPILED.size(), table);
    String written = Files.readString(Path.of("kernels/README.md")).split(MARK)[1];
    String release = table.substring(table.indexOf("By release"));
    // Another ptxas counts otherwise, and says nothing about this table.
    if (written.contains(release.strip())) {
      assertEquals(table, written, "run kernels/resources.sh and put its table into the README");
    }
  }

  private static String counted(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("python3", "kernels/instructions.py", "target/classes/kernels"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text;
  }

  /** Half of what is issued for n = 20, m = 5 is multiply-adds; the README's table is true. */
  @Test
  void the_instructions_of_a_sample_are_counted() throws Exception {
    String table = counted();
    Matcher row = Pattern.compile("`resident_2_10_5` \\| ([0-9.]+) \\|").matcher(table);
    assertTrue(row.find(), table);
    assertTrue(Double.parseDouble(row.group(1)) <= MOST_INSTRUCTIONS, table);
    String readme = Files.readString(Path.of("kernels/README.md"));
    if (readme.contains(release())) {
      assertEquals(
          table, readme.split("<!-- instructions -->\n")[1], "run kernels/instructions.py");
      assertEquals(
          counted("--tsv"),
          Files.readString(Path.of("kernels/instructions.tsv")),
          "and with --tsv");
    }
  }

  private static String release() throws IOException {
    Process ptxas = new ProcessBuilder("ptxas", "--version").start();
    String said = new String(ptxas.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher release = Pattern.compile("release [0-9.]*").matcher(said);
    assertTrue(release.find(), said);
    return release.group().replaceAll("\\.$", "");
  }

  /** A driver of the oldest CUDA that knows an architecture reads our text under its old label. */
  @ParameterizedTest
  @CsvSource({"80, 11000", "90, 11080"})
  void the_oldest_label_is_enough(int architecture, int driver) throws Exception {
    for (KernelVariant variant : KernelVariant.values()) {
      String text = Ptx.of(variant.module(), driver, architecture);
      int isa = Ptx.newestIsa(driver);
      assertTrue(
          text.contains(".version %d.%d\n".formatted(isa / 10, isa % 10)), variant::toString);
      Path file = Files.writeString(folder.resolve(variant + ".ptx"), text);
      Process ptxas =
          new ProcessBuilder(
                  "ptxas", "-arch=sm_" + architecture, file.toString(), "-o", "/dev/null")
              .redirectErrorStream(true)
              .start();
      String said = new String(ptxas.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, ptxas.waitFor(), said);
    }
  }
}
