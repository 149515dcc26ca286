package toymodels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The goals of the CPU backend beside what bench/results has, in bench/README.md. */
class GoalTablesTest {
  private static final Path RESULTS = Path.of("bench", "results");

  /** Dense training of a shape: how many times PyTorch's and JAX's best. */
  private record Dense(int features, int hidden, double torch, double jax) {}

  /** Training by a sparse estimator at density 0.01: how many times PyTorch's best. */
  private record Sparse(int features, int hidden, String estimator, double torch) {}

  private static final List<Dense> DENSE =
      List.of(
          new Dense(5, 2, 85, 55),
          new Dense(20, 5, 50, 20),
          new Dense(80, 20, 13, 6.5),
          new Dense(400, 30, 8.5, 7));

  private static final List<Sparse> SPARSE =
      List.of(
          new Sparse(20, 5, "iid-sparse", 170),
          new Sparse(5, 2, "stratified", 1000),
          new Sparse(20, 5, "stratified", 600),
          new Sparse(80, 20, "stratified", 110));

  private static final double DENSITY = 0.01;

  @Test
  void the_bench_readme_says_which_goals_are_reached() throws IOException {
    StringBuilder table =
        new StringBuilder("| what | peer | goal, times as fast | measured |\n|---|---|---|---|\n");
    List<JsonNode> paired = paired();
    for (Dense goal : DENSE) {
      row(table, goal, "torch", "PyTorch", goal.torch, paired);
      row(table, goal, "jax", "JAX", goal.jax, paired);
    }
    JsonNode estimators = read(RESULTS.resolve("cpu-estimators.json"));
    for (Sparse goal : SPARSE) {
      table.append(
          text(
              "| `%s`, %d x %d, density %s | PyTorch | %.0f | %.0f |\n",
              goal.estimator,
              goal.features,
              goal.hidden,
              DENSITY,
              goal.torch,
              measured(goal, estimators)));
    }
    GeneratedTable.hold(Path.of("bench", "README.md"), "goals", table.toString());
  }

  /** One line: the medians of all recorded runs, the oldest first. */
  private static void row(
      StringBuilder table, Dense goal, String key, String peer, double times, List<JsonNode> runs) {
    List<String> medians = new ArrayList<>();
    for (JsonNode run : runs) {
      for (JsonNode shape : run.get("shapes")) {
        JsonNode ratio = shape.get("ratios").path(key + " per_second");
        if (is(shape, goal.features, goal.hidden) && !ratio.isMissingNode()) {
          medians.add(text("%.1f", ratio.get("median").asDouble()));
        }
      }
    }
    table.append(
        text(
            "| dense, %d x %d | %s | %s | %s |\n",
            goal.features, goal.hidden, peer, plain(times), String.join(", ", medians)));
  }

  private static double measured(Sparse goal, JsonNode run) {
    return nodes(run.get("shapes"))
        .filter(shape -> is(shape, goal.features, goal.hidden))
        .flatMap(shape -> nodes(shape.get("results")))
        .filter(row -> row.get("estimator").asText().equals(goal.estimator))
        .filter(row -> row.get("density").asDouble() == DENSITY)
        .mapToDouble(row -> row.get("times_peer").get("median").asDouble())
        .findFirst()
        .orElseThrow();
  }

  private static boolean is(JsonNode shape, int features, int hidden) {
    return shape.get("features").asInt() == features && shape.get("hidden").asInt() == hidden;
  }

  private static List<JsonNode> paired() throws IOException {
    try (Stream<Path> files = Files.list(RESULTS)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("cpu-paired"))
          .map(GoalTablesTest::read)
          .sorted(Comparator.comparing(run -> run.get("date").asText()))
          .collect(Collectors.toList());
    }
  }

  private static JsonNode read(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }

  private static Stream<JsonNode> nodes(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static String plain(double value) {
    return text(value == Math.rint(value) ? "%.0f" : "%.1f", value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
