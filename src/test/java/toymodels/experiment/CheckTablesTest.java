package toymodels.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

  private static String summary(List<AcceptanceRecord> records) {
    StringBuilder table =
        new StringBuilder(
            "| experiment | scale | seed | claims that hold | time |\n|---|---|---|---|---|\n");
    for (AcceptanceRecord record : records) {
      table.append(
          "| %s | %s | %d | %d of %d | %s |\n"
              .formatted(
                  record.experiment(),
                  record.scale(),
                  record.seed(),
                  record.held(),
                  record.claims().size(),
                  duration(record.seconds())));
    }
    return table.toString();
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
          "\n## %s: %s (%s scale, seed %d)\n\n%d of %d claims hold. %s, Java %s, %s, %d threads, commit %s.\n\n"
              .formatted(
                  record.experiment(),
                  record.title(),
                  record.scale(),
                  record.seed(),
                  record.held(),
                  record.claims().size(),
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
