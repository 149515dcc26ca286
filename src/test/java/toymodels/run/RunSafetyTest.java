package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.ProblemException;
import toymodels.run.file.StorageException;

/** What a run promises about other processes, other places, and machines set up otherwise. */
class RunSafetyTest {
  @TempDir Path folder;

  /** A process of its own that trains a run, by a shell where a limit is to be set before. */
  private static Process child(Path run, List<String> options, String limit, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (!limit.isEmpty()) {
      command.addAll(List.of("bash", "-c", limit + "; exec \"$@\"", "bash"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(CrashingProcess.class.getName());
    command.add(run.toString());
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(new File(run + ".out"))
        .start();
  }

  private static int exit(Process process) throws InterruptedException {
    assertTrue(process.waitFor(20, TimeUnit.MINUTES), "the process hangs");
    return process.exitValue();
  }

  @Test
  void a_second_process_is_refused_and_the_first_not_disturbed() throws Exception {
    Path path = folder.resolve("run");
    try (RunDirectory run =
        RunDirectory.create(path, Runs.ORIGIN, List.of(CrashingProcess.CONFIGS))) {
      assertEquals(1, exit(child(path, List.of(), "")));
      String reported = Files.readString(Path.of(path + ".out"));
      String self = "process " + ProcessHandle.current().pid();
      assertTrue(reported.contains("the run is in use by " + self), reported);
      StorageException refused =
          assertThrows(StorageException.class, () -> RunDirectory.resume(path));
      assertTrue(refused.getMessage().contains(self), "also within a process");
      assertTrue(RunDirectory.open(path).inUse(), "but anyone may look");
      assertFalse(Runs.train(run).stopped());
    }
    assertFalse(RunDirectory.open(path).inUse());
  }

  @Test
  void a_lock_left_by_another_host_is_explained() throws IOException {
    Path path = folder.resolve("run");
    Runs.complete(path, Runs.config(5));
    Files.writeString(path.resolve(RunLock.NAME), "process 123 on elsewhere");
    StorageException refused =
        assertThrows(StorageException.class, () -> RunDirectory.resume(path));
    assertTrue(refused.getMessage().contains("process 123 on elsewhere"), refused.getMessage());
    assertTrue(refused.getMessage().contains("delete the stale lock"), refused.getMessage());
  }

  @Test
  void a_dead_process_of_this_host_gives_its_run_up() throws IOException {
    Path path = folder.resolve("run");
    Runs.complete(path, Runs.config(5));
    String dead = "process " + Integer.MAX_VALUE; // No system counts as far.
    Files.writeString(path.resolve(RunLock.NAME), dead + " on " + Host.name());
    RunDirectory.resume(path).close();
    assertTrue(Files.readString(path.resolve("run.log")).contains("took over from " + dead));
  }

  @Test
  void language_time_zone_and_umask_change_no_byte() throws Exception {
    Path here = folder.resolve("here");
    Runs.complete(here, CrashingProcess.CONFIGS);
    Path there = folder.resolve("there");
    List<String> options =
        List.of(
            "-Duser.language=tr",
            "-Duser.country=TR",
            "-Duser.timezone=Asia/Kathmandu",
            "-Dfile.encoding=UTF-16",
            "-Xmx64m");
    assertEquals(0, exit(child(there, options, "umask 000")), there + ".out");
    assertEquals(Runs.results(here), Runs.results(there));
  }

  /** Two kilobytes hold no checkpoint: the write fails as on a full disk, and is reported. */
  @Test
  void a_file_size_limit_fails_loudly_and_can_be_raised() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash is here to set a limit");
    Path path = folder.resolve("run");
    assertEquals(1, exit(child(path, List.of(), "ulimit -f 1", "")));
    String reported = Files.readString(Path.of(path + ".out"));
    assertTrue(reported.contains("File too large"), reported);
    Path whole = folder.resolve("whole");
    Runs.complete(whole, CrashingProcess.CONFIGS);
    Map<String, String> expected = Runs.results(whole);
    assertEquals(0, exit(child(path, List.of(), "")));
    assertEquals(expected, Runs.results(path));
  }

  @Test
  void nothing_is_written_through_a_symbolic_link() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path path = folder.resolve("run");
    Runs.complete(path, Runs.config(12));
    for (String part : List.of("ckpt", "history", "metrics.jsonl", "final.safetensors")) {
      Path copy = folder.resolve("linked-" + part);
      Runs.complete(copy, Runs.config(12));
      Path target = outside.resolve(part);
      Files.move(copy.resolve(part), target);
      Files.createSymbolicLink(copy.resolve(part), target);
      StorageException refused =
          assertThrows(StorageException.class, () -> RunDirectory.resume(copy), part);
      assertTrue(refused.getMessage().contains("symbolic link"), refused.getMessage());
    }
    Path victim = Files.writeString(outside.resolve("victim"), "untouched");
    Files.delete(path.resolve("final.safetensors"));
    for (String planted : List.of("ckpt/step-000000010.safetensors.tmp", "history/x.tmp")) {
      Files.createSymbolicLink(path.resolve(planted), victim);
    }
    Files.delete(path.resolve("run.log"));
    Files.createSymbolicLink(path.resolve("run.log"), victim);
    assertThrows(
        StorageException.class,
        () -> {
          try (RunDirectory run = RunDirectory.resume(path)) {
            Runs.train(run);
          }
        },
        "the log is a link");
    Files.delete(path.resolve("run.log"));
    try (RunDirectory run = RunDirectory.resume(path)) {
      Runs.train(run);
    }
    assertEquals("untouched", Files.readString(victim));
  }

  @Test
  void an_output_that_is_a_symbolic_link_is_refused() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertThrows(
        StorageException.class,
        () -> RunDirectory.create(link, Runs.ORIGIN, List.of(Runs.config(5))));
  }

  /** Cut anywhere, every file of a run gives one error, and stays as it is. */
  @Test
  void a_run_with_a_cut_file_is_told_apart_from_a_whole_one() throws IOException {
    Path path = folder.resolve("run");
    Runs.complete(path, Runs.config(12));
    assertEquals(List.of(), RunVerification.of(RunDirectory.open(path)).problems());
    for (String name :
        List.of("final.safetensors", "history.safetensors", "metrics.jsonl", "provenance.json")) {
      Path file = path.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length - 1; length += 1 + whole.length / 40) {
        byte[] cut = java.util.Arrays.copyOf(whole, length);
        Files.write(file, cut);
        if (!name.equals("metrics.jsonl")) { // Its rows up to the cut are whole.
          String at = name + " cut at " + length;
          ProblemException reported =
              assertThrows(DamagedFileException.class, () -> RunDirectory.open(path).trained(), at);
          assertEquals(1, reported.problems().size());
        } else {
          RunDirectory.open(path).trained();
        }
        assertArrayEquals(cut, Files.readAllBytes(file));
      }
      Files.write(file, whole);
    }
  }

  @Test
  void a_damaged_line_of_losses_names_itself() throws IOException {
    Path path = folder.resolve("run");
    Runs.complete(path, Runs.config(12));
    Path file = path.resolve("metrics.jsonl");
    String whole = Files.readString(file);
    for (String bad :
        List.of(
            "{\"step\":1,\"loss\":[1,2,3]}",
            "{\"step\":1,\"loss\":[1,2,3,4,5]}",
            "{\"step\":-1,\"loss\":[1,2,3,4]}",
            "{\"step\":1e9,\"loss\":[1,2,3,4]}",
            "{\"step\":99999999999,\"loss\":[1,2,3,4]}",
            "{\"loss\":[1,2,3,4],\"step\":1}",
            "{\"step\":1,\"loss\":[1,2,3,[4]]}",
            "{\"step\":1,\"loss\":[1,2,3,\"4\"]}",
            "{\"step\":1,\"loss\":[1,2,3,4]}}",
            "[".repeat(200),
            "x".repeat(100_000),
            "")) {
      Files.writeString(file, bad + "\n" + whole, StandardCharsets.UTF_8);
      DamagedFileException reported =
          assertThrows(DamagedFileException.class, () -> RunDirectory.open(path).trained(), bad);
      assertTrue(reported.getMessage().startsWith("line 1 is damaged"), reported.getMessage());
    }
  }

  /** Loaders in a heap of 64 MB: hostile files end in an error of one problem, never in none. */
  @Test
  void hostile_files_are_refused_in_a_small_heap() throws Exception {
    Path out = folder.resolve("small-heap");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "toymodels.run.HostileFiles",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertEquals(0, exit(process), () -> read(out));
    assertTrue(read(out).endsWith("all refused\n"), read(out));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
