package toymodels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The ladder of the CPU in bench/README.md is what {@code toymodels bench cpu} wrote. */
class LadderTablesTest {
  private static final Path RUN = Path.of("bench", "results", "cpu-ladder.json");

  @Test
  void the_bench_readme_says_how_near_the_peak_each_rung_comes() throws IOException {
    JsonNode run = new ObjectMapper().readTree(RUN.toFile());
    StringBuilder table =
        new StringBuilder(
            """
            | shape | rung | models | model-steps/s | from | to | peak, GFLOP/s | of it |
            |---|---|---|---|---|---|---|---|
            """);
    for (JsonNode row : run.get("rows")) {
      table.append(
          text(
              "| %d x %d | %s | %d | %,.0f | %,.0f | %,.0f | %.0f | %.1f %% |\n",
              row.get("n").asInt(),
              row.get("m").asInt(),
              row.get("rung").asText(),
              row.get("models").asInt(),
              row.get("model_steps_per_second").asDouble(),
              row.get("slowest").asDouble(),
              row.get("fastest").asDouble(),
              1e-9 * row.get("multiply_add_peak").asDouble(),
              100 * row.get("multiply_add_share").asDouble()));
    }
    table.append(
        text(
            "\n%s, load %.1f to %.1f, commit %.12s, %.10s: `%s`\n",
            run.get("backend").asText(),
            run.get("load").get(0).asDouble(),
            run.get("load").get(1).asDouble(),
            run.get("commit").asText(),
            run.get("date").asText(),
            run.get("command").asText()));
    GeneratedTable.hold(Path.of("bench", "README.md"), "ladder", table.toString());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
