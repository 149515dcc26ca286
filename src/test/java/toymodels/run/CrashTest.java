package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ends training processes at random moments and at chosen operations on storage; whatever they
 * leave, resuming ends with the same bytes as a run that nobody disturbed.
 *
 * <p>{@code -Dtoymodels.kills=2000} soaks, {@code -Dtoymodels.seed=...} repeats.
 */
class CrashTest {
  private static final int KILLS = Integer.getInteger("toymodels.kills", 12);
  private static final long SEED = Long.getLong("toymodels.seed", System.nanoTime());

  @TempDir Path folder;

  private static ProcessBuilder child(Path run, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256m"));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(CrashingProcess.class.getName());
    command.add(run.toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(new File(run + ".out"));
  }

  private static int run(Path run, String... arguments) throws Exception {
    Process process = child(run, arguments).start();
    assertTrue(process.waitFor(20, TimeUnit.MINUTES), "the process hangs");
    return process.exitValue();
  }

  private Map<String, String> undisturbed() throws IOException {
    Path path = folder.resolve("undisturbed");
    Runs.complete(path, CrashingProcess.CONFIGS);
    return Runs.results(path);
  }

  @Test
  void kill_9_at_random_moments_changes_no_byte() throws Exception {
    Map<String, String> expected = undisturbed();
    SplittableRandom random = new SplittableRandom(SEED);
    String again = "; again with -Dtoymodels.seed=" + SEED;
    int kills = 0;
    for (int round = 0; kills < KILLS; round++) {
      Path path = folder.resolve("killed-" + round);
      int exit = -1;
      for (int attempt = 0; exit != 0 && attempt < 20; attempt++) {
        boolean mercy = attempt > 4;
        Process process = child(path, "slowly").start();
        if (!mercy) {
          // From before the Java machine is up to after it has saved a few times.
          process.waitFor(300 + random.nextInt(2500), TimeUnit.MILLISECONDS);
          kills += process.isAlive() ? 1 : 0;
          process.destroyForcibly();
        }
        assertTrue(process.waitFor(20, TimeUnit.MINUTES), "the process hangs" + again);
        exit = process.exitValue();
      }
      assertEquals(0, exit, Files.readString(Path.of(path + ".out")) + again);
      assertEquals(expected, Runs.results(path), "round " + round + again);
    }
  }

  @Test
  void an_end_before_or_after_any_operation_on_storage_changes_no_byte() throws Exception {
    Map<String, String> expected = undisturbed();
    for (String point :
        List.of(
            "before create ckpt",
            "before write ckpt",
            "after write ckpt",
            "before force ckpt",
            "after force ckpt",
            "before move ckpt",
            "after move ckpt",
            "after forceDirectory ckpt",
            "before delete ckpt",
            "after delete ckpt",
            "before write metrics",
            "after write metrics",
            "after move history",
            "before move final",
            "after move final",
            "after delete history")) {
      Path path = folder.resolve(point.replace(' ', '-'));
      assertEquals(CrashingProcess.HALTED, run(path, point), () -> point + " was not reached");
      assertEquals(0, run(path), () -> point);
      assertEquals(expected, Runs.results(path), point);
    }
  }
}
