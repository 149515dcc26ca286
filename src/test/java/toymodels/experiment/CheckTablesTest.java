package toymodels.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import toymodels.GeneratedTable;
import toymodels.report.CheckTable;

/**
 * The tables of checks in docs/checks.md and README.md are what bench/results/acceptance says.
 * {@code mvn test -Dtest='*TablesTest' -Dtables=write} writes them anew.
 */
class CheckTablesTest {
  private static final Path RESULTS = Path.of("bench", "results", "acceptance");

  @Test
  void documents_say_what_was_measured() throws IOException {
    List<AcceptanceRecord> records = AcceptanceRecord.readAll(RESULTS);
    GeneratedTable.hold(Path.of("docs", "checks.md"), document(records));
    GeneratedTable.hold(Path.of("README.md"), "checks", summary(records));
  }

  /** A line for each experiment; how many of its claims hold in each of its records. */
  private static String summary(List<AcceptanceRecord> records) {
    Map<String, List<AcceptanceRecord>> byExperiment =
        records.stream()
            .collect(
                Collectors.groupingBy(
                    AcceptanceRecord::experiment, TreeMap::new, Collectors.toList()));
    StringBuilder table =
        new StringBuilder(
            """
            | experiment | claims that hold at the quick scale | at the paper's scale |
            |---|---|---|
            """);
    byExperiment.forEach(
        (experiment, ofIt) ->
            table.append(
                "| %s | %s | %s |\n"
                    .formatted(experiment, held(ofIt, Scale.QUICK), held(ofIt, Scale.FULL))));
    return table.toString();
  }

  private static String held(List<AcceptanceRecord> records, Scale scale) {
    return records.stream()
        .filter(record -> record.scale().equals(scale.name().toLowerCase(Locale.ROOT)))
        .map(
            record ->
                "%d of %d%s (seed %d, %s)"
                    .formatted(
                        record.held(),
                        record.claims().size(),
                        CheckTable.disputes(record.checks()),
                        record.seed(),
                        duration(record.seconds())))
        .collect(Collectors.joining("; "));
  }

  private static String duration(double seconds) {
    return seconds < 60 ? Math.round(seconds) + " s" : Math.round(seconds / 60) + " min";
  }

  private static String document(List<AcceptanceRecord> records) {
    StringBuilder text =
        new StringBuilder(
            """
            # Claims, and what was measured

            Written by `mvn test -Dtest='*TablesTest' -Dtables=write` from the files of
            `bench/results/acceptance`, which `mvn verify -Pacceptance -Dtest=AcceptanceTest` measures.
            """);
    for (AcceptanceRecord record : records) {
      text.append(
          "\n## %s: %s (%s scale, seed %d)\n\n%s. %s, Java %s, %s, %d threads, commit %s.\n\n"
              .formatted(
                  record.experiment(),
                  record.title(),
                  record.scale(),
                  record.seed(),
                  CheckTable.summary(record.checks()),
                  record.date(),
                  record.java(),
                  record.processor(),
                  record.threads(),
                  record.commit()));
      text.append(CheckTable.markdown(record.checks()));
    }
    return text.toString();
  }
}
