package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code reproduce} leaves behind. */
class ReproduceTest {
  @TempDir private Path folder;

  @Test
  void an_experiment_that_trains_nothing_says_how_it_was_made_and_keeps_its_figures()
      throws IOException {
    Path out = folder.resolve("theory");
    Invocation.of("reproduce", "compression", "--out", out.toString(), "--seed", "5")
        .succeeded()
        .namesNext();
    String page = Files.readString(out.resolve("report.html"));
    for (String fact : List.of("toymodels", "commit", "Java", "system", "seed")) {
      assertTrue(page.toLowerCase().contains(">" + fact.toLowerCase() + "<"), fact);
    }
    try (Stream<Path> figures = Files.list(out.resolve("figures"))) {
      assertEquals(
          List.of("01-error-of-the-nonlinear-code.svg"),
          figures.map(file -> file.getFileName().toString()).toList());
    }
  }
}
