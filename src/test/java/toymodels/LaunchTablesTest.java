package toymodels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The table of launches in bench/README.md is what bench/results/launch.json says. */
class LaunchTablesTest {
  @Test
  void the_bench_readme_says_what_a_launch_costs() throws IOException {
    JsonNode run = new ObjectMapper().readTree(Path.of("bench", "results", "launch.json").toFile());
    String table =
        "| parameters of a launch | ns, the least | median | most |\n|---|---|---|---|\n"
            + row("a table of pointers, as here", run.get("table"))
            + row("JCuda's pointers to pointers", run.get("pointers"))
            + String.format(
                Locale.ROOT,
                "\n%s, %d cores, load %.0f, commit %s, %s: `%s`\n",
                run.get("cpu").asText(),
                run.get("cores").asInt(),
                run.get("load").get(0).asDouble(),
                run.get("commit").asText(),
                run.get("date").asText(),
                run.get("command").asText());
    GeneratedTable.hold(Path.of("bench", "README.md"), "launches", table);
  }

  private static String row(String way, JsonNode nanos) {
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %.0f |\n",
        way,
        nanos.get("least").asDouble(),
        nanos.get("median").asDouble(),
        nanos.get("most").asDouble());
  }
}
