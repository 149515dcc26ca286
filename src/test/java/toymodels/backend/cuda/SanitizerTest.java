package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every rung under AddressSanitizer and ThreadSanitizer, inside a JVM of its own: no access out of
 * bounds, and no two threads at one place without a barrier between them, whatever the schedule.
 */
@Tag("slow")
@ExtendWith(DriverEmulator.class)
class SanitizerTest {
  private record Outcome(int exit, String text) {}

  private static Outcome run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), text);
  }

  private static String tool(String... command) throws IOException, InterruptedException {
    Outcome outcome = run(Map.of(), List.of(command));
    assertEquals(0, outcome.exit(), outcome::text);
    return outcome.text().trim();
  }

  private static Outcome sanitized(String name, Map<String, String> options, String... arguments)
      throws IOException, InterruptedException {
    Path out = Path.of("target/emulator-" + name);
    tool("bash", "src/emulator/build.sh", "kernels", "target/classes/kernels", out + "", name);
    String library = name.equals("address") ? "libasan.so" : "libtsan.so";
    Map<String, String> environment = new HashMap<>(options);
    environment.put("LD_PRELOAD", tool("g++", "-print-file-name=" + library));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--add-modules=jdk.incubator.vector",
            "-Dtoymodels.emulator=" + out,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            SanitizedRun.class.getName()));
    command.addAll(List.of(arguments));
    return run(environment, command);
  }

  private static Outcome addresses(String... arguments) throws Exception {
    return sanitized(
        "address",
        Map.of("ASAN_OPTIONS", "handle_segv=0:detect_leaks=0:allow_user_segv_handler=1"),
        arguments);
  }

  private static Outcome threads(String... arguments) throws Exception {
    return sanitized(
        "thread",
        Map.of(
            "TSAN_OPTIONS",
            "handle_segv=0:report_signal_unsafe=0:history_size=4:exitcode=66:suppressions="
                + Path.of("src/emulator/tsan.supp").toAbsolutePath()),
        arguments);
  }

  @Test
  void no_kernel_reads_or_writes_out_of_bounds() throws Exception {
    Outcome clean = addresses("train", "2");
    assertEquals(0, clean.exit(), clean::text);
    assertTrue(clean.text().contains("trained"), clean::text);
    for (String planted : List.of("planted_past_the_end 2", "planted_past_shared 1")) {
      Outcome found = addresses(planted.split(" "));
      assertTrue(found.text().contains("ERROR: AddressSanitizer"), found::text);
      assertTrue(found.text().contains("planted_bugs.cu:"), found::text);
    }
  }

  @Test
  void no_kernel_races() throws Exception {
    Outcome clean = threads("train", "1");
    assertEquals(0, clean.exit(), clean::text);
    assertTrue(clean.text().contains("trained"), clean::text);
    for (String planted : List.of("planted_missing_barrier 1", "planted_block_race 2")) {
      Outcome found = threads(planted.split(" "));
      assertEquals(66, found.exit(), found::text);
      assertTrue(found.text().contains("WARNING: ThreadSanitizer: data race"), found::text);
    }
  }
}
