package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.run.config.RunConfig;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.ProblemException;
import toymodels.run.file.Sha256;
import toymodels.train.StopSignal;

/** Whatever becomes of a file of a run, verification names that file and no other. */
class RunVerificationTest {
  private static final RunConfig[] CONFIGS = {Runs.config(43), Runs.config(12)};

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void train() {
    path = folder.resolve("run");
    Runs.complete(path, CONFIGS);
  }

  private static List<String> problems(Path run) {
    try (RunDirectory opened = RunDirectory.open(run)) {
      return RunVerification.of(opened).problems().stream()
          .map(p -> p.where() + ": " + p.what())
          .toList();
    } catch (ProblemException e) {
      return e.problems().stream().map(p -> p.where() + ": " + p.what()).toList();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      return all.filter(Files::isRegularFile)
          .filter(f -> !f.endsWith(RunLock.NAME))
          .sorted()
          .toList();
    }
  }

  private void requireNamed(Path file, String done) {
    List<String> problems = problems(path);
    assertEquals(1, problems.size(), () -> done + " " + file + ": " + problems);
    assertTrue(problems.get(0).contains(file.toString()), () -> done + ": " + problems);
  }

  @Test
  void every_file_is_covered_and_each_fault_of_it_named() throws IOException {
    assertEquals(List.of(), problems(path));
    List<Path> files = files();
    assertTrue(files.size() >= 13, files::toString);
    for (Path file : files) {
      byte[] whole = Files.readAllBytes(file);
      byte[] flipped = whole.clone();
      flipped[whole.length / 2] ^= 1;
      Files.write(file, flipped);
      requireNamed(file, "one bit flipped in");
      Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
      requireNamed(file, "one byte cut from");
      Files.delete(file);
      if (!file.endsWith("study-0/config.resolved.toml")) { // Without it there is no run at all.
        requireNamed(file, "deleted");
      }
      Files.write(file, whole);
    }
    assertEquals(List.of(), problems(path));
  }

  @Test
  void another_file_of_the_same_run_in_its_place_is_told_with_both_steps() throws IOException {
    Path last = path.resolve("study-0/final.safetensors");
    Files.copy(
        path.resolve("study-0/ckpt/step-000000030.safetensors"),
        last,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    requireNamed(last, "swapped");
    assertTrue(problems(path).get(0).contains("it holds step 30 instead of 43"), "the steps");
    Files.delete(path.resolve(Manifest.NAME));
    assertTrue(
        problems(path).stream().anyMatch(p -> p.contains("it holds step 30, the study ends at 43")),
        "also where there is no manifest");
  }

  @Test
  void files_that_do_not_belong_are_named() throws IOException {
    for (String name : List.of("notes.txt", "study-0/ckpt/step-000000007.safetensors", "a/b")) {
      Path file = path.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "no");
      requireNamed(file, "added");
      Files.delete(file);
    }
    Path link = Files.createSymbolicLink(path.resolve("link"), path.resolve("run.log"));
    requireNamed(link, "linked");
  }

  /** The log may grow after the manifest, but what stood there stays. */
  @Test
  void the_log_may_be_added_to_but_not_changed() throws IOException {
    try (RunDirectory run = RunDirectory.open(path)) {
      run.log("looked at");
    }
    assertEquals(List.of(), problems(path));
    Path log = path.resolve("run.log");
    Files.writeString(log, Files.readString(log).replace("finished", "finishes"));
    requireNamed(log, "changed");
  }

  /** As docs say: a user needs no toymodels to check the manifest, or a file by it. */
  @Test
  void the_manifest_covers_itself_by_a_hash_that_anyone_can_compute() throws IOException {
    List<String> lines = Files.readAllLines(path.resolve(Manifest.NAME));
    String covered =
        lines.subList(0, lines.size() - 2).stream()
            .map(l -> l + "\n")
            .collect(Collectors.joining());
    assertTrue(
        lines.get(lines.size() - 2).contains(Sha256.of(covered)), lines.get(lines.size() - 2));
    Manifest manifest = Manifest.read(path);
    assertEquals(43, manifest.find("study-0/final.safetensors").orElseThrow().step().getAsInt());
    assertEquals(
        Files.size(path.resolve("study-1/metrics.jsonl")),
        manifest.find("study-1/metrics.jsonl").orElseThrow().bytes());
    assertEquals(2, manifest.configs().size());
  }

  @Test
  void a_manifest_of_paths_elsewhere_or_of_another_run_is_refused() throws IOException {
    Path file = path.resolve(Manifest.NAME);
    for (String bad : List.of("../../etc/passwd", "/etc/passwd", "a//b", "", "./x")) {
      Manifest evil =
          new Manifest(
              List.of(),
              List.of(),
              List.of(new Manifest.Entry(bad, 1, "0", java.util.OptionalInt.empty())));
      Files.writeString(file, evil.text());
      requireNamed(file, "with path " + bad);
    }
    Path other = folder.resolve("other");
    Runs.complete(other, Runs.config(44));
    Files.copy(
        other.resolve(Manifest.NAME), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFalse(problems(path).isEmpty());
  }

  @Test
  void a_run_that_was_stopped_or_killed_verifies_as_what_it_is() throws IOException {
    Path stopped = folder.resolve("stopped");
    StopSignal stop = new StopSignal();
    try (RunDirectory run = RunDirectory.create(stopped, Runs.ORIGIN, List.of(CONFIGS))) {
      Runs.train(
          run,
          (done, total) -> {
            if (done > 80) {
              stop.request();
            }
          },
          stop);
    }
    assertEquals(List.of(), problems(stopped));
    assertTrue(Manifest.exists(stopped), "stopped runs are closed with a manifest, too");
    Path metrics = stopped.resolve("study-0/metrics.jsonl");
    Files.delete(metrics);
    assertEquals(1, problems(stopped).size());

    Path half = Path.of("src/test/resources/run/half-of-version-1");
    try (RunDirectory run = RunDirectory.open(half)) {
      RunVerification.Result result = RunVerification.of(run);
      assertEquals(List.of(), result.problems());
      assertFalse(result.complete());
      assertTrue(result.notes().get(0).contains("older version"), result.notes()::toString);
    }
  }

  @Test
  void resuming_an_altered_run_sets_models_aside_and_refuses_other_settings() throws IOException {
    Path last = path.resolve("study-0/final.safetensors");
    String whole = Runs.results(path).get("study-0/final.safetensors");
    Files.copy(
        path.resolve("study-0/ckpt/step-000000030.safetensors"),
        last,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try (RunDirectory run = RunDirectory.resume(path)) {
      Runs.train(run);
    }
    assertEquals(whole, Runs.results(path).get("study-0/final.safetensors"));
    assertTrue(Files.exists(last.resolveSibling("final.safetensors.bad")));
    assertEquals(List.of(), problems(path));
    for (String name : List.of("provenance.json", "study-1/metrics.jsonl")) {
      Path file = path.resolve(name);
      String before = Files.readString(file);
      Files.writeString(file, before.replaceFirst("1", "2"));
      DamagedFileException refused =
          assertThrows(DamagedFileException.class, () -> RunDirectory.resume(path), name);
      assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
      Files.writeString(file, before);
    }
    RunDirectory.resume(path).close();
    assertEquals(List.of(), problems(path), "a session that changes nothing leaves the manifest");
  }

  @Test
  void reports_and_exports_become_known_and_can_be_missing_from_then_on() throws IOException {
    Path report = path.resolve("report.html");
    List<String> notes = new ArrayList<>();
    Files.writeString(report, "a page");
    try (RunDirectory run = RunDirectory.open(path)) {
      notes.addAll(RunVerification.of(run).notes());
      assertEquals(List.of(), RunVerification.of(run).problems());
      assertTrue(notes.get(0).contains("report.html was made afterwards"), notes::toString);
      run.derive("report.html"::equals, () -> Files.writeString(report, "another page"));
      assertEquals(List.of(), RunVerification.of(run).notes());
    }
    Files.writeString(report, "a third one");
    requireNamed(report, "changed");
    Files.delete(report);
    requireNamed(report, "deleted");
  }
}
