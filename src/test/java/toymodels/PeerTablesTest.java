package toymodels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of speed are the measurements in bench/results: all in bench/README.md, the newest of
 * each shape in README.md. {@code mvn test -Dtest='*TablesTest' -Dtables=write} writes them again.
 */
class PeerTablesTest {
  private static final Path RESULTS = Path.of("bench", "results");
  private static final List<String> PEERS = List.of("torch", "jax");

  /** One shape as one run measured it. */
  private record Measurement(JsonNode run, JsonNode shape) {
    String size() {
      return shape.get("features").asInt() + " x " + shape.get("hidden").asInt();
    }

    JsonNode ours() {
      return shape.get("sides").get(0);
    }

    JsonNode ratio(String peer, String unit) {
      return shape.get("ratios").path(peer + " " + unit);
    }

    String load() {
      List<Double> loads =
          Stream.iterate(0, i -> i < shape.get("loads").size(), i -> i + 1)
              .map(i -> shape.get("loads").get(i).asDouble())
              .sorted()
              .toList();
      return text("%.1f to %.1f", loads.get(0), loads.get(loads.size() - 1));
    }

    String source() {
      return text(
          "%s, %d cores, commit %.12s, %.10s: `%s`",
          run.get("cpu").asText(),
          run.get("cores").asInt(),
          run.get("commit").asText(),
          run.get("date").asText(),
          run.get("command").asText());
    }
  }

  @Test
  void documents_say_what_was_measured() throws IOException {
    List<Measurement> all = all();
    GeneratedTable.hold(Path.of("bench", "README.md"), "peers", everything(all));
    GeneratedTable.hold(Path.of("README.md"), "peers", summary(newest(all)));
  }

  private static List<Measurement> all() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(RESULTS)) {
      files = found.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    List<Measurement> all = new ArrayList<>();
    for (Path file : files) {
      JsonNode run = new ObjectMapper().readTree(file.toFile());
      if (run.path("what").asText().startsWith("training rates of toymodels and its peers")) {
        for (JsonNode shape : run.get("shapes")) {
          all.add(new Measurement(run, shape));
        }
      }
    }
    all.sort(
        Comparator.comparingInt((Measurement m) -> m.shape.get("features").asInt())
            .thenComparingInt(m -> m.shape.get("hidden").asInt())
            .thenComparing(m -> m.run.get("date").asText()));
    return all;
  }

  private static List<Measurement> newest(List<Measurement> all) {
    Map<String, Measurement> newest = new LinkedHashMap<>();
    all.forEach(measurement -> newest.put(measurement.size(), measurement));
    return List.copyOf(newest.values());
  }

  private static String everything(List<Measurement> measurements) {
    StringBuilder table =
        new StringBuilder(
            """
            | shape | commit | models | model-steps/s | per CPU second | best peer | times as fast | per CPU second | load |
            |---|---|---|---|---|---|---|---|---|
            """);
    for (Measurement measurement : measurements) {
      for (String peer : PEERS) {
        JsonNode wall = measurement.ratio(peer, "per_second");
        if (!wall.isMissingNode()) {
          table.append(
              text(
                  "| %s | %.7s | %d | %,.0f | %,.0f | %s | %s | %s | %s |\n",
                  measurement.size(),
                  measurement.run.get("commit").asText(),
                  measurement.shape.get("models").asInt(),
                  measurement.ours().get("per_second").asDouble(),
                  measurement.ours().get("per_cpu_second").asDouble(),
                  wall.get("best").asText(),
                  spread(wall),
                  spread(measurement.ratio(peer, "per_cpu_second")),
                  measurement.load()));
        }
      }
    }
    return table + "\n" + sources(measurements);
  }

  private static String summary(List<Measurement> measurements) {
    StringBuilder table =
        new StringBuilder(
            """
            | features x hidden | model-steps/s | times PyTorch's best | times JAX's best |
            |---|---|---|---|
            """);
    for (Measurement measurement : measurements) {
      table.append(
          text(
              "| %s | %,.0f | %s | %s |\n",
              measurement.size(),
              measurement.ours().get("per_second").asDouble(),
              spread(measurement.ratio("torch", "per_second")),
              spread(measurement.ratio("jax", "per_second"))));
    }
    return table + "\n" + sources(measurements);
  }

  private static String spread(JsonNode ratio) {
    return ratio.isMissingNode()
        ? ""
        : text(
            "%.1f (%.1f to %.1f)",
            ratio.get("median").asDouble(),
            ratio.get("min").asDouble(),
            ratio.get("max").asDouble());
  }

  private static String sources(List<Measurement> measurements) {
    return measurements.stream()
        .map(Measurement::source)
        .distinct()
        .sorted(Comparator.naturalOrder())
        .collect(Collectors.joining("\n\n", "", "\n"));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
