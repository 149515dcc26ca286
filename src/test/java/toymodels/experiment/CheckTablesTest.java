package toymodels.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import toymodels.GeneratedTable;
import toymodels.report.Check;
import toymodels.report.CheckTable;

/**
 * The tables of checks in docs/checks.md and README.md are what bench/results/acceptance says.
 * {@code mvn test -Dtest='*TablesTest' -Dtables=write} writes them again.
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

  /**
   * Such as "16 of 17 (seed 1; 23 s), 17 of 17 (seeds 0, 2; 24 s)", with the shortest time of each:
   * the others shared their machine with more.
   */
  private static String held(List<AcceptanceRecord> records, Scale scale) {
    Map<String, List<AcceptanceRecord>> byCount =
        records.stream()
            .filter(record -> record.scale().equals(scale.name().toLowerCase(Locale.ROOT)))
            .collect(
                Collectors.groupingBy(
                    CheckTablesTest::count, LinkedHashMap::new, Collectors.toList()));
    return byCount.entrySet().stream()
        .map(
            entry ->
                "%s (%s; %s)"
                    .formatted(
                        entry.getKey(),
                        seeds(entry.getValue()),
                        duration(
                            entry.getValue().stream()
                                .mapToDouble(AcceptanceRecord::seconds)
                                .min()
                                .orElseThrow())))
        .collect(Collectors.joining(", "));
  }

  private static String count(AcceptanceRecord record) {
    return "%d of %d%s"
        .formatted(record.held(), record.claims().size(), CheckTable.disputes(record.checks()));
  }

  private static String seeds(List<AcceptanceRecord> records) {
    return (records.size() == 1 ? "seed " : "seeds ")
        + records.stream()
            .map(record -> Long.toString(record.seed()))
            .collect(Collectors.joining(", "));
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
    for (List<AcceptanceRecord> runs : byClaims(records).values()) {
      AcceptanceRecord first = runs.get(0);
      text.append(
          "\n## %s: %s (%s scale, %s)\n\n"
              .formatted(first.experiment(), first.title(), first.scale(), seeds(runs)));
      for (AcceptanceRecord record : runs) {
        text.append(runs.size() == 1 ? "" : "Seed %d: ".formatted(record.seed()));
        text.append(provenance(record));
      }
      text.append(CheckTable.markdownOfRuns(runs.stream().map(AcceptanceRecord::checks).toList()));
    }
    return text.toString();
  }

  /** Runs of one experiment at one scale that make the same claims share a table. */
  private static Map<List<String>, List<AcceptanceRecord>> byClaims(
      List<AcceptanceRecord> records) {
    return records.stream()
        .collect(
            Collectors.groupingBy(
                CheckTablesTest::claims, LinkedHashMap::new, Collectors.toList()));
  }

  private static List<String> claims(AcceptanceRecord record) {
    return Stream.concat(
            Stream.of(record.experiment(), record.scale()),
            record.checks().stream().map(Check::claim))
        .toList();
  }

  private static String provenance(AcceptanceRecord record) {
    return "%s. %s, Java %s, %s, %d threads, commit %s.\n\n"
        .formatted(
            CheckTable.summary(record.checks()),
            record.date(),
            record.java(),
            record.processor(),
            record.threads(),
            record.commit());
  }
}
