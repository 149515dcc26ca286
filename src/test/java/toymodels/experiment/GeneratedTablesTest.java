package toymodels.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import toymodels.report.CheckTable;

/**
 * The tables of checks in docs/checks.md and README.md are what bench/results/acceptance says.
 * {@code mvn test -Dtest=GeneratedTablesTest -Dtables=write} writes them anew.
 */
class GeneratedTablesTest {
  private static final Path RESULTS = Path.of("bench", "results", "acceptance");
  private static final String BEGIN = "<!-- checks -->\n";
  private static final String END = "<!-- /checks -->";

  @Test
  void documents_say_what_was_measured() throws IOException {
    List<AcceptanceRecord> records = AcceptanceRecord.readAll(RESULTS);
    hold(Path.of("docs", "checks.md"), document(records));
    Path readme = Path.of("README.md");
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    hold(readme, text.substring(0, begin) + summary(records) + text.substring(text.indexOf(END)));
  }

  private static void hold(Path file, String expected) throws IOException {
    if ("write".equals(System.getProperty("tables"))) {
      Files.writeString(file, expected);
    }
    assertEquals(expected, Files.readString(file), file + ": write it anew with -Dtables=write");
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

            Written by `mvn test -Dtest=GeneratedTablesTest -Dtables=write` from the files of
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
