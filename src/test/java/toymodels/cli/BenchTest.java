package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  /** Encoder and decoder multiply and add five times for each weight and sample. */
  private static final int OPERATIONS = 10;

  private static final Set<String> SPARSE = Set.of("iid-sparse", "stratified");

  private static final int BATCH = 16;
  private static final double ROUNDING = 1e-12;

  @Test
  void times_every_rung_of_the_cpu_on_every_shape() throws IOException {
    Invocation bench =
        Invocation.of(
                "bench",
                "cpu",
                "--json",
                "--seconds=0",
                "--models=1",
                "--shapes=5x2,20x5",
                "--batch=" + BATCH,
                "--threads=2")
            .succeeded();
    JsonNode result = new ObjectMapper().readTree(bench.out());
    Set<String> rungs = new TreeSet<>();
    Set<String> shapes = new TreeSet<>();
    for (JsonNode row : result.get("rows")) {
      rungs.add(row.get("rung").asText());
      shapes.add(row.get("n").asInt() + "x" + row.get("m").asInt());
      double rate = row.get("model_steps_per_second").asDouble();
      assertTrue(rate > 0, row::toString);
      assertTrue(row.get("per_cpu_second").asDouble() > 0, row::toString);
      int weights = row.get("n").asInt() * row.get("m").asInt();
      double operations = row.get("operations").asDouble();
      if (SPARSE.contains(row.get("rung").asText())) {
        assertTrue(operations >= 4 * weights * row.get("n").asInt(), row::toString);
      } else {
        assertEquals(OPERATIONS * weights * BATCH, operations, row::toString);
      }
      double work = rate * operations;
      double share = row.path("multiply_add_share").asDouble();
      double peak = row.path("multiply_add_peak").asDouble();
      assertEquals(row.has("multiply_add_peak") ? work : 0, share * peak, ROUNDING * work);
    }
    Set<String> all = new TreeSet<>(SPARSE);
    all.addAll(Set.of("reference", "plain loops", "vectors", "2 threads"));
    assertEquals(all, rungs);
    assertEquals(Set.of("5x2", "20x5"), shapes);
    assertEquals(rungs.size() * shapes.size(), result.get("rows").size());
  }

  /** A Python that answers as the script does: what it says is printed and kept. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void peers_are_timed_by_the_script_and_kept_with_the_rates(@TempDir Path folder)
      throws IOException {
    Path python =
        python(
            folder,
            """
            if [ "$1" = --version ]; then echo Python; exit; fi
            for word; do case $word in --out=*) out=${word#--out=};; esac; done
            echo "timing $1"
            echo '{"shapes": [{"features": 20, "hidden": 5, "ratios": {
              "torch per_second": {"median": 40.25, "min": 30, "max": 50, "best": "torch bmm"},
              "torch per_cpu_second": {"median": 1, "min": 1, "max": 1, "best": "x"}}}]}' > "$out"
            """);
    Path out = folder.resolve("cpu.json");
    Invocation bench = quick("--python=" + python, "--out=" + out).succeeded();
    assertTrue(bench.err().contains("timing ") && bench.err().contains("paired.py"), bench.err());
    assertTrue(bench.out().contains("20 x 5  40.3 (30.0 to 50.0) times torch bmm"), bench.out());
    JsonNode kept = new ObjectMapper().readTree(out.toFile());
    assertEquals(20, kept.at("/peers/shapes/0/features").asInt());
    for (String name : List.of("commit", "date", "command", "java", "os", "load", "rows")) {
      assertTrue(kept.has(name), name);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void a_python_that_fails_is_told_before_anything_is_timed(@TempDir Path folder)
      throws IOException {
    Invocation bench = quick("--python=" + python(folder, "exit 3\n")).failed(ErrorKind.USAGE);
    assertTrue(bench.err().contains("--version ended with exit code 3"), bench.err());
    quick("--shapes=7x7").failed(ErrorKind.USAGE);
    bench = quick("--python=no-such-python").failed(ErrorKind.USAGE);
    assertTrue(bench.err().contains("no-such-python does not start"), bench.err());
    Invocation.of("bench", "cuda", "--python=python3").failed(ErrorKind.USAGE);
  }

  private static Invocation quick(String... more) {
    List<String> all = new ArrayList<>(List.of("bench", "cpu", "--seconds=0", "--models=1"));
    all.add("--shapes=20x5");
    all.addAll(List.of("--batch=" + BATCH, "--threads=1"));
    all.addAll(List.of(more));
    return Invocation.of(all.toArray(String[]::new));
  }

  private static Path python(Path folder, String script) throws IOException {
    Path python = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + script);
    assertTrue(python.toFile().setExecutable(true));
    return python;
  }

  @Test
  void a_backend_that_cannot_be_timed_is_named() {
    Invocation bench = Invocation.of("bench", "cpx").failed(ErrorKind.USAGE);
    assertTrue(bench.err().startsWith("error[usage]: bench of 'cpx' is not known"), bench.err());
  }
}
