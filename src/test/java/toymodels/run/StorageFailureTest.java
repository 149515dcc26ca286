package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.analysis.Evaluation;
import toymodels.run.config.CheckpointPolicy;
import toymodels.run.config.RunConfig;
import toymodels.run.file.Disk;
import toymodels.run.file.StorageException;

/**
 * Makes the n-th operation on storage fail, for every n until a run completes, once or from then
 * on: the failure is reported, no file is damaged, and resuming ends with the same bytes (the
 * method of SQLite's I/O error tests).
 */
class StorageFailureTest {
  private static final RunConfig CONFIG =
      Runs.config(12)
          .withCheckpoints(new CheckpointPolicy(4, 1e6, true))
          .withEvaluation(new Evaluation(Evaluation.Method.HELD_OUT, 1024));

  @TempDir Path folder;

  private static Disk failing(int nth, boolean forever, int[] count) {
    return Disks.watching(
        (when, operation, path) -> {
          if (when.equals("before")) {
            count[0]++;
            if (forever ? count[0] >= nth : count[0] == nth) {
              throw new IOException("No space left on device");
            }
          }
        });
  }

  @Test
  void the_nth_operation_fails_once() throws IOException {
    everyOperationFails(false);
  }

  @Test
  void all_operations_from_the_nth_on_fail() throws IOException {
    everyOperationFails(true);
  }

  private void everyOperationFails(boolean forever) throws IOException {
    Path whole = folder.resolve("whole");
    Runs.complete(whole, CONFIG);
    Map<String, String> expected = Runs.results(whole);
    int reported = 0;
    boolean completed = false;
    // Every operation of the start, then every third: each takes a run of its own.
    for (int nth = 1; !completed; nth += nth < 20 ? 1 : 3) {
      Path path = folder.resolve("run-" + forever + "-" + nth);
      int[] count = {0};
      boolean created = false;
      try (RunDirectory run =
          RunDirectory.create(failing(nth, forever, count), path, Runs.ORIGIN, List.of(CONFIG))) {
        created = true;
        Runs.train(run);
        completed = count[0] < nth;
        assertTrue(completed, "operation %d of %d failed silently".formatted(nth, count[0]));
      } catch (StorageException e) {
        reported++;
        assertTrue(e.getMessage().contains("No space left"), e.getMessage());
        assertTrue(e.getMessage().contains("free some space"), e.getMessage());
        assertEquals(created, e.getMessage().contains("train --resume"), e.getMessage());
      }
      requireNoDamage(path);
      if (RunDirectory.isRun(path)) {
        try (RunDirectory run = RunDirectory.resume(path)) {
          Runs.train(run);
        }
        assertEquals(expected, Runs.results(path), "after operation " + nth + " failed");
      }
    }
    assertTrue(reported > 30, "only %d operations were made to fail".formatted(reported));
  }

  /** Every file of its final name is whole, at every moment. */
  private static void requireNoDamage(Path run) throws IOException {
    if (!Files.exists(run)) {
      return;
    }
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
        if (file.toString().contains("history")) {
          Keyframes.verify(file);
        } else {
          SavedModels.read(file);
        }
      }
    }
  }
}
