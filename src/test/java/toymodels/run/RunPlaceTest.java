package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.run.config.RunConfig;
import toymodels.run.file.Disk;
import toymodels.run.file.StorageException;

/** What a creation that was ended or failed leaves, and what the next one makes of it. */
class RunPlaceTest {
  private static final List<RunConfig> CONFIGS = List.of(Runs.config(12), Runs.config(5));

  @TempDir Path folder;

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(f -> directory.relativize(f).toString()).sorted().toList();
    }
  }

  /** A disk whose operations before the n-th alone are done, as if the process ended there. */
  private static Disk endingBefore(int nth, int[] count) {
    return Disks.watching(
        (when, operation, path) -> {
          if (when.equals("before") && ++count[0] >= nth) {
            throw new IOException("No space left on device");
          }
        });
  }

  @Test
  void whatever_an_ended_creation_leaves_is_taken_over() throws IOException {
    for (boolean several : List.of(false, true)) {
      List<RunConfig> configs = several ? CONFIGS : CONFIGS.subList(0, 1);
      boolean created = false;
      int remained = 0;
      for (int nth = 1; !created; nth++) {
        Path path = folder.resolve("parent-%s-%d".formatted(several, nth)).resolve("run");
        int[] count = {0};
        try (RunDirectory run =
            RunDirectory.create(endingBefore(nth, count), path, Runs.ORIGIN, configs)) {
          created = true;
        } catch (StorageException e) {
          assertTrue(e.getMessage().contains("No space left"), e.getMessage());
        }
        remained += Files.exists(path) ? 1 : 0;
        if (!RunDirectory.isRun(path)) {
          try (RunDirectory run = RunDirectory.create(path, Runs.ORIGIN, configs)) {
            assertFalse(Runs.train(run).stopped());
          }
        }
      }
      assertTrue(remained > 5, "only %d creations left something".formatted(remained));
    }
  }

  @Test
  void a_failed_creation_leaves_nothing_not_even_folders_above() throws IOException {
    boolean created = false;
    for (int nth = 1; !created; nth++) {
      Path path = folder.resolve("a").resolve("b").resolve("run");
      int failing = nth;
      int[] count = {0};
      Disk once =
          Disks.watching(
              (when, operation, p) -> {
                if (when.equals("before") && ++count[0] == failing) {
                  throw new IOException("No space left on device");
                }
              });
      try (RunDirectory run = RunDirectory.create(once, path, Runs.ORIGIN, CONFIGS)) {
        created = true;
      } catch (StorageException e) {
        assertEquals(List.of(""), names(folder), "after operation %d failed".formatted(nth));
      }
    }
  }

  @Test
  void a_disk_too_full_leaves_nothing() throws IOException {
    Disk full = Disks.telling(file -> OptionalLong.of(100));
    Path path = folder.resolve("run");
    StorageException reported =
        assertThrows(
            StorageException.class, () -> RunDirectory.create(full, path, Runs.ORIGIN, CONFIGS));
    assertTrue(reported.getMessage().contains("100 are free"), reported.getMessage());
    assertEquals(List.of(""), names(folder));
  }

  @Test
  void a_system_that_does_not_tell_its_free_space_trains() {
    Disk silent = Disks.telling(file -> OptionalLong.empty());
    try (RunDirectory run =
        RunDirectory.create(silent, folder.resolve("run"), Runs.ORIGIN, CONFIGS)) {
      assertFalse(Runs.train(run).stopped());
    }
  }

  /** Only what a creation makes, with its lock, is ever removed. */
  @Test
  void a_directory_of_somebody_else_is_refused_and_stays() throws IOException {
    for (String name : List.of("run.log", "history", "notes.txt", "config.resolved.toml.tmp")) {
      Path path = Files.createDirectory(folder.resolve("of-" + name));
      Files.writeString(path.resolve(name), "mine");
      assertThrows(
          StorageException.class, () -> RunDirectory.create(path, Runs.ORIGIN, CONFIGS), name);
      assertEquals("mine", Files.readString(path.resolve(name)));
      assertEquals(List.of("", name), names(path));
    }
    Path path = Files.createDirectories(folder.resolve("checkpoints"));
    Files.createDirectory(path.resolve("ckpt"));
    Files.writeString(path.resolve(".lock"), "");
    Files.writeString(path.resolve("ckpt").resolve("mine"), "mine");
    assertThrows(StorageException.class, () -> RunDirectory.create(path, Runs.ORIGIN, CONFIGS));
    assertEquals(List.of("", ".lock", "ckpt", "ckpt/mine"), names(path));
  }

  @Test
  void empty_folders_that_a_copy_lost_are_made_again() throws IOException {
    Path path = folder.resolve("run");
    RunDirectory.create(path, Runs.ORIGIN, List.of(Runs.config(12))).close();
    Files.delete(path.resolve("ckpt"));
    Files.delete(path.resolve("history"));
    try (RunDirectory run = RunDirectory.resume(path)) {
      assertFalse(Runs.train(run).stopped());
    }
    Path whole = folder.resolve("whole");
    Runs.complete(whole, Runs.config(12));
    assertEquals(Runs.results(whole), Runs.results(path));
  }
}
