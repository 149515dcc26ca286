package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a library cannot be loaded, or memory ends, a command says so in three lines. */
class NativeErrorsTest {
  private static final String[] PICTURE = {
    "view", "intro", "--headless", "--steps", "20", "--renderer", "cpu", "--screenshot", "a.png"
  };

  @TempDir Path folder;

  /** A command for which some folders are mounted so that nothing in them may be executed. */
  private CommandProcess withoutExecution(CommandProcess command, Path... folders)
      throws Exception {
    String mounts =
        Stream.of(folders)
            .map(f -> "mount -t tmpfs -o noexec,mode=1777 tmpfs '%s' && ".formatted(f))
            .collect(Collectors.joining());
    assumeTrue(mayMount(), "no right to mount a folder that may not be executed");
    return command.by(
        "unshare",
        "-m",
        "/bin/sh",
        "-c",
        mounts
            + "\"$@\"; code=$?; find "
            + Stream.of(folders).map(f -> "'" + f + "'").collect(Collectors.joining(" "))
            + " -mindepth 1 >&2; exit $code",
        "sh");
  }

  private static boolean mayMount() throws Exception {
    try {
      String mount = "mount -t tmpfs -o noexec tmpfs /mnt";
      return new ProcessBuilder("unshare", "-m", "/bin/sh", "-c", mount).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void where_the_temporary_folder_is_noexec_the_cache_serves_and_is_left_clean() throws Exception {
    CommandProcess command = new CommandProcess(folder);
    withoutExecution(command, command.temporary);
    CommandProcess.Outcome outcome = command.run(Map.of(), PICTURE);
    assertEquals(0, outcome.code(), outcome.err());
    assertFalse(outcome.err().contains(command.temporary + "/"), outcome.err());
    assertEquals(new TreeSet<>(List.of("tmp", "cwd", "cwd/a.png", "home")), command.files());
  }

  @Test
  void where_no_folder_may_be_executed_three_lines_say_so() throws Exception {
    CommandProcess command = new CommandProcess(folder);
    withoutExecution(command, command.temporary, command.home);
    CommandProcess.Outcome outcome = command.run(Map.of(), PICTURE);
    assertEquals(8, outcome.code(), outcome.err());
    assertTrue(outcome.threeLines("storage"), outcome.err());
    assertTrue(outcome.err().contains("programs may not run in " + command.temporary));
    assertFalse(outcome.err().contains(command.temporary + "/"), outcome.err());
    assertEquals(new TreeSet<>(List.of("cwd", "home", "tmp")), command.files());
    CommandProcess.Outcome cuda = command.run(Map.of(), "doctor");
    assertEquals(0, cuda.code(), cuda.err());
    assertTrue(cuda.out().contains("programs may not run in"), cuda.out());
    assertFalse(cuda.out().contains("libcuda"), cuda.out());
  }

  @Test
  void a_missing_jar_is_an_error_of_three_lines() throws Exception {
    String without =
        Stream.of(
                CommandProcess.absolute(System.getProperty("java.class.path"))
                    .split(File.pathSeparator))
            .filter(entry -> !entry.contains("lwjgl-stb"))
            .collect(Collectors.joining(File.pathSeparator));
    CommandProcess command = new CommandProcess(folder).classPath(without);
    CommandProcess.Outcome outcome = command.run(Map.of(), PICTURE);
    assertTrue(outcome.code() > 0, outcome.err());
    assertTrue(outcome.threeLines(outcome.code() == 5 ? "gpu" : "internal"), outcome.err());
  }

  @Test
  void memory_that_ends_in_any_thread_is_exit_6() throws Exception {
    CommandProcess command = new CommandProcess(folder).java("-Xmx40m");
    Files.writeString(
        command.current.resolve("large.toml"),
        """
        [model]
        kind = "relu-output"
        features = 40
        hidden = 10
        [data]
        density = 0.1
        [importance]
        uniform = 1.0
        [train]
        steps = 10
        replicas = 100000
        batch = 64
        """);
    for (String verb : List.of("train", "view")) {
      List<String> arguments = List.of(verb, "large.toml", "--backend", "cpu");
      CommandProcess.Outcome outcome =
          command.run(
              Map.of(),
              Stream.concat(
                      arguments.stream(),
                      verb.equals("view")
                          ? Stream.of("--headless", "--screenshot", "a.png")
                          : Stream.of("--out", "run"))
                  .toArray(String[]::new));
      assertEquals(6, outcome.code(), outcome.err());
      assertTrue(outcome.threeLines("memory"), outcome.err());
    }
  }
}
