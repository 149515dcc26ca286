package toymodels.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A display that goes away takes its window along and nothing else. */
class DisplayLossTest {
  private static final String LOST = "the connection to the display was lost";

  @TempDir Path directory;

  private String config(int steps) throws Exception {
    return Files.writeString(
            directory.resolve("five.toml"),
            """
            [model]
            kind = "relu-output"
            features = 5
            hidden = 2
            [data]
            density = 0.1
            [importance]
            uniform = 1.0
            [train]
            steps = %d
            replicas = 4
            batch = 64
            """
                .formatted(steps))
        .toString();
  }

  /** Starts a command with a window, kills the X server once something is drawn, and waits. */
  private String untilKilled(VirtualScreen screen, String... arguments) throws Exception {
    Path log = directory.resolve("said.log");
    Process process =
        screen.java("toymodels.cli.Main", arguments).redirectOutput(log.toFile()).start();
    while (process.isAlive() && !Files.readString(log).contains("drawn by OpenGL")) {
      Thread.sleep(20);
    }
    screen.kill();
    int code = process.waitFor();
    String said = Files.readString(log);
    assertEquals(0, code, said);
    assertEquals(2, said.split(LOST, -1).length, said);
    return said;
  }

  @Test
  void training_goes_on_to_the_same_bits_when_the_x_server_is_killed() throws Exception {
    String config = config(60_000);
    Path seen = directory.resolve("seen");
    Path plain = directory.resolve("plain");
    try (VirtualScreen screen = VirtualScreen.open(directory)) {
      untilKilled(screen, "train", config, "--view", "--backend", "cpu", "--out", seen.toString());
      Process unseen =
          screen
              .java("toymodels.cli.Main", "train", config, "-q", "--out", plain.toString())
              .redirectOutput(directory.resolve("plain.log").toFile())
              .start();
      assertEquals(0, unseen.waitFor());
    }
    assertEquals(
        -1, Files.mismatch(seen.resolve("final.safetensors"), plain.resolve("final.safetensors")));
    List<String> log = Files.readAllLines(seen.resolve("run.log"));
    assertEquals(1, log.stream().filter(line -> line.contains(LOST)).count(), log::toString);
    assertTrue(log.toString().contains("finished"), log::toString);
  }

  @Test
  void a_viewer_that_trains_keeps_its_run_when_the_x_server_is_killed() throws Exception {
    Path run = directory.resolve("run");
    try (VirtualScreen screen = VirtualScreen.open(directory)) {
      String said =
          untilKilled(screen, "view", config(1_000_000), "--backend", "cpu", "--out", "" + run);
      assertTrue(said.contains("a run with 0 changes"), said);
      Process resumed =
          screen
              .java("toymodels.cli.Main", "train", "--resume", run.toString(), "-q")
              .redirectOutput(directory.resolve("resumed.log").toFile())
              .start();
      while (resumed.isAlive() && !Files.readString(run.resolve("run.log")).contains("from step")) {
        Thread.sleep(20);
      }
      assertTrue(resumed.isAlive(), () -> "the run is not trained on");
      resumed.destroyForcibly().waitFor();
    }
  }
}
