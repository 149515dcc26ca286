package toymodels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/estimators.md are what bench/results has: how fast the estimators step, where
 * models end by them, and how soon. {@code mvn test -Dtest='*TablesTest' -Dtables=write} writes
 * them again.
 */
class EstimatorTablesTest {
  private static final Path DOCUMENT = Path.of("docs", "estimators.md");
  private static final Path RESULTS = Path.of("bench", "results");
  private static final double MILLI = 1e3;

  @Test
  void the_document_says_what_was_measured() throws IOException {
    JsonNode rates = read("cpu-estimators.json");
    JsonNode losses = read("cpu-estimators-losses.json");
    GeneratedTable.hold(DOCUMENT, "rates", rates(rates));
    GeneratedTable.hold(DOCUMENT, "ends", ends(losses));
    GeneratedTable.hold(DOCUMENT, "time", times(rates, losses));
  }

  private static JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(RESULTS.resolve(file).toFile());
  }

  private static String rates(JsonNode run) {
    StringBuilder table =
        new StringBuilder(
            """
            | shape | density | estimator | model-steps/s | per CPU second | times PyTorch's best | load |
            |---|---|---|---|---|---|---|
            """);
    for (JsonNode shape : run.get("shapes")) {
      for (JsonNode row : shape.get("results")) {
        JsonNode times = row.path("times_peer");
        table.append(
            text(
                "| %d x %d | %s | `%s` | %,.0f | %,.0f | %s | %s |\n",
                shape.get("features").asInt(),
                shape.get("hidden").asInt(),
                row.get("density").asText(),
                row.get("estimator").asText(),
                row.get("per_second").asDouble(),
                row.get("per_cpu_second").asDouble(),
                times.isMissingNode()
                    ? ""
                    : text(
                        "%,.0f (%,.0f to %,.0f)",
                        times.get("median").asDouble(),
                        times.get("min").asDouble(),
                        times.get("max").asDouble()),
                load(shape)));
      }
    }
    return table + "\n" + source(run, "cpu");
  }

  private static String load(JsonNode shape) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (JsonNode load : shape.get("loads")) {
      least = Math.min(least, load.asDouble());
      most = Math.max(most, load.asDouble());
    }
    return text("%.1f to %.1f", least, most);
  }

  private static String ends(JsonNode run) {
    StringBuilder table =
        new StringBuilder(
            """
            | density | learning rate | steps | estimator | loss | from `iid`, in % | represented | distance | mean norm | distance |
            |---|---|---|---|---|---|---|---|---|---|
            """);
    for (JsonNode row : run.get("runs")) {
      boolean iid = row.get("estimator").asText().equals("iid");
      double percent = 100 / (row.get("loss").asDouble() - row.get("difference").asDouble());
      table.append(
          text(
              "| %s | %s | %,d | `%s` | %.4g | %s | %.2f | %s | %.4f | %s |\n",
              row.get("density").asText(),
              row.get("schedule").asText(),
              row.get("steps").asInt(),
              row.get("estimator").asText(),
              row.get("loss").asDouble(),
              iid
                  ? ""
                  : text(
                      "%+.2f ± %.2f",
                      percent * row.get("difference").asDouble(),
                      percent * row.get("difference_error").asDouble()),
              row.get("represented").asDouble(),
              iid ? "" : text("%.2f", row.get("represented_distance").asDouble()),
              row.get("norm").asDouble(),
              iid ? "" : text("%.2f", row.get("norm_distance").asDouble())));
    }
    return table + "\n" + source(run, "processor");
  }

  /** Steps of one run, at the rates of another: seconds of a model among many. */
  private static String times(JsonNode rates, JsonNode losses) {
    JsonNode shape = null;
    for (JsonNode one : rates.get("shapes")) {
      if (one.get("features").equals(losses.get("features"))
          && one.get("hidden").equals(losses.get("hidden"))) {
        shape = one;
      }
    }
    StringBuilder table =
        new StringBuilder(
            """
            | density | by | steps | milliseconds a model |
            |---|---|---|---|
            """);
    for (JsonNode row : losses.get("runs")) {
      int steps = row.get("steps_to_iid").asInt();
      if (steps > 0 && row.get("schedule").asText().equals("constant")) {
        double density = row.get("density").asDouble();
        String estimator = row.get("estimator").asText();
        if (estimator.equals("iid")) {
          addPeer(table, shape, density, steps);
        }
        for (JsonNode rate : shape.get("results")) {
          if (rate.get("density").asDouble() == density
              && rate.get("estimator").asText().equals(estimator)) {
            line(table, density, "`" + estimator + "`", steps, rate.get("per_second").asDouble());
          }
        }
      }
    }
    return table.toString();
  }

  private static void addPeer(StringBuilder table, JsonNode shape, double density, int steps) {
    JsonNode best = null;
    for (JsonNode peer : shape.path("peers")) {
      double rate = peer.get("per_second").asDouble();
      best = best == null || rate > best.get("per_second").asDouble() ? peer : best;
    }
    if (best != null) {
      String name = best.get("description").asText();
      line(table, density, name, steps, best.get("per_second").asDouble());
    }
  }

  private static void line(StringBuilder table, double density, String by, int steps, double rate) {
    table.append(text("| %s | %s | %,d | %,.1f |\n", density, by, steps, MILLI * steps / rate));
  }

  private static String source(JsonNode run, String processor) {
    return text(
        "%s, commit %.12s: `%s`\n",
        run.get(processor).asText(), run.get("commit").asText(), run.get("command").asText());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
