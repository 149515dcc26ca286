package toymodels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of a dense step's parts in bench/README.md is what the benchmark said. */
class StepPartsTablesTest {
  private static final Path RUN = Path.of("bench", "results", "jmh-step-parts.json");

  @Test
  void the_bench_readme_says_what_the_canonical_arithmetic_costs() throws IOException {
    JsonNode run = new ObjectMapper().readTree(RUN.toFile());
    Map<String, Map<String, Double>> shapes = new LinkedHashMap<>();
    for (JsonNode result : run.get("results")) {
      String name = result.get("benchmark").asText();
      shapes
          .computeIfAbsent(
              result.get("params").get("shape").asText().replace("x", " x "),
              shape -> new LinkedHashMap<>())
          .put(
              name.substring(name.lastIndexOf('.') + 1),
              result.get("primaryMetric").get("score").asDouble());
    }
    StringBuilder table =
        new StringBuilder(
            """
            | shape | multiply-adds | generator | forward | backward | sums | butterfly | AdamW | whole | of the peak | no step passes |
            |---|---|---|---|---|---|---|---|---|---|---|
            """);
    shapes.forEach((shape, parts) -> table.append(row(shape, parts)));
    table.append(
        text(
            "\n%s, one thread, load %.1f, commit %.12s, %.10s: `%s`\n",
            run.get("cpu").asText(),
            run.get("load_before").asDouble(),
            run.get("commit").asText(),
            run.get("date").asText(),
            run.get("command").asText()));
    GeneratedTable.hold(Path.of("bench", "README.md"), "parts", table.toString());
  }

  private static String row(String shape, Map<String, Double> micros) {
    double peak = micros.get("peak");
    double canonical = micros.get("generator") + micros.get("butterfly") + micros.get("adam");
    return text(
        "| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.0f %% | %.0f %% |\n",
        shape,
        peak,
        micros.get("generator"),
        micros.get("forward"),
        micros.get("backward"),
        micros.get("sums"),
        micros.get("butterfly"),
        micros.get("adam"),
        micros.get("whole"),
        100 * peak / micros.get("whole"),
        100 * peak / (peak + canonical));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
