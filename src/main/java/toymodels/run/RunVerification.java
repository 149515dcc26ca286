package toymodels.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.PrintableText;
import toymodels.run.file.Problem;
import toymodels.run.file.ProblemException;

/**
 * Checks every file of a run against its manifest, its own hashes, its config and the other files.
 */
public final class RunVerification {
  private final Map<String, Problem> problems = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<Path> files = new LinkedHashSet<>();

  private boolean complete;

  private RunVerification() {}

  /**
   * What was found.
   *
   * @param files how many files were checked
   * @param complete whether a manifest told which files there are to be, and their hashes
   * @param problems what is wrong, empty if nothing is
   * @param notes what could not be checked, and why
   */
  public record Result(int files, boolean complete, List<Problem> problems, List<String> notes) {}

  /** Reads everything in a run. */
  public static Result of(RunDirectory run) {
    RunVerification verification = new RunVerification();
    verification.manifest(run);
    run.studies().forEach(verification::study);
    return verification.result();
  }

  /** Reads everything in a directory of reports, which is no run but has a manifest. */
  public static Result ofReports(Path directory) {
    RunVerification verification = new RunVerification();
    verification.compare(directory, Manifest.read(directory));
    return verification.result();
  }

  /**
   * Writes the manifest of a directory of reports, which is no run, for {@link #ofReports}.
   *
   * @throws toymodels.run.file.StorageException if it cannot be written
   */
  public static void seal(Path directory) {
    new RunFiles(directory).manifest(List.of()).write(Disk.LOCAL, directory);
  }

  /** Whether a directory that is no run has a manifest of its own. */
  public static boolean hasManifest(Path directory) {
    return Manifest.exists(directory);
  }

  /** The runs in a directory that is none itself, such as that of all experiments. */
  public static List<Path> within(Path directory) {
    return Files.isDirectory(directory)
        ? new RunFiles(directory).runs().stream().map(directory::resolve).toList()
        : List.of();
  }

  private Result result() {
    return new Result(files.size(), complete, List.copyOf(problems.values()), List.copyOf(notes));
  }

  private void manifest(RunDirectory run) {
    if (run.inUse()) {
      notes.add(
          "the run is being trained, so its files change: only their own hashes were checked");
    } else if (Manifest.exists(run.path())) {
      Path file = run.path().resolve(Manifest.NAME);
      check(
          file,
          () -> {
            Manifest manifest = Manifest.read(run.path());
            compare(run.path(), manifest);
            List<String> configs =
                run.studies().stream().map(study -> study.config().sha256()).toList();
            if (problems.isEmpty() && !configs.equals(manifest.configs())) {
              throw new DamagedFileException(file, "it is the manifest of another config");
            }
          });
    } else if (run.sessions().closedWithManifest() && RunLock.holder(run.path()).isEmpty()) {
      problems.put(
          "",
          new Problem(
              "missing, though the run was closed with one",
              PrintableText.shown(run.path().resolve(Manifest.NAME)),
              "put the file back; if training itself failed at its end, 'train --resume' goes on"));
    } else {
      notes.add(why(run) + ": whether a file lacks or is another than was written is not known");
    }
  }

  private static String why(RunDirectory run) {
    if (!run.sessions().writesManifests()) {
      return "there is no manifest, since an older version of toymodels trained the run";
    }
    return RunLock.holder(run.path())
        .map(who -> "there is no manifest, since %s ended before it could write one".formatted(who))
        .orElse("there is no manifest, since training was not closed");
  }

  private void compare(Path directory, Manifest manifest) {
    complete = true;
    ManifestCheck check = new ManifestCheck(directory, manifest);
    check
        .problems()
        .forEach(
            (path, problem) -> problems.putIfAbsent(directory.resolve(path).toString(), problem));
    manifest.files().forEach(entry -> files.add(directory.resolve(entry.path())));
    notes.addAll(check.notes());
  }

  private void study(StudyDirectory study) {
    Stream.of(StudyDirectory.CHECKPOINTS, StudyDirectory.HISTORY)
        .flatMap(part -> study.list(part).stream())
        .filter(file -> file.toString().endsWith(".bad"))
        .forEach(
            file -> notes.add(PrintableText.shown(file) + " is damaged, and was set aside before"));
    files.add(study.path().resolve(StudyDirectory.CONFIG));
    if (study.finished()) {
      check(study.finalFile(), study::finalModels);
    }
    for (int step : study.steps(StudyDirectory.CHECKPOINTS)) {
      Path file = study.checkpointFile(step);
      check(file, () -> requireStep(study, file, step));
    }
    List<Path> history =
        isThere(study.historyFile()) ? List.of(study.historyFile()) : study.historyParts();
    history.forEach(file -> check(file, () -> study.history(List.of(file))));
    Path events = study.path().resolve(StudyDirectory.EVENTS);
    if (isThere(events)) {
      check(events, study::events);
    }
    Path metrics = study.path().resolve(StudyDirectory.METRICS);
    if (isThere(metrics)) {
      check(metrics, () -> requireLastRow(study, metrics));
    }
    expect(study, history);
  }

  private static void requireStep(StudyDirectory study, Path file, int step) {
    SavedModels models = SavedModels.read(file);
    study.requireOurs(file, models.metadata());
    if (models.state().step() != step) {
      throw new DamagedFileException(
          file, "it holds step %d, its name says %d".formatted(models.state().step(), step));
    }
  }

  /** A finished study has a row of its last step, if it has rows at all. */
  private static void requireLastRow(StudyDirectory study, Path metrics) {
    int[] steps = study.metrics().read().steps();
    int last = steps.length == 0 ? 0 : steps[steps.length - 1];
    int end = study.study().plan().steps();
    if (study.finished() && study.config().recording().losses() > 0 && last != end) {
      throw new DamagedFileException(
          metrics, "its last row is of step %d, the study ended at %d".formatted(last, end));
    }
  }

  /** What every study has that was saved once, also without a manifest. */
  private void expect(StudyDirectory study, List<Path> history) {
    boolean saved = study.finished() || !study.steps(StudyDirectory.CHECKPOINTS).isEmpty();
    Path metrics = study.path().resolve(StudyDirectory.METRICS);
    if (saved && study.config().recording().losses() > 0) {
      requireThere(metrics);
    }
    boolean aside =
        isThere(study.path().resolve("history.safetensors.bad"))
            || study.list(StudyDirectory.HISTORY).stream()
                .anyMatch(f -> f.toString().endsWith(".bad"));
    if (saved && history.isEmpty() && !aside && study.config().recording().keyframes() > 0) {
      requireThere(study.historyFile());
    }
  }

  private void requireThere(Path file) {
    if (!isThere(file)) {
      problems.putIfAbsent(
          file.toString(),
          new Problem("missing", PrintableText.shown(file), "put the run's own file back"));
    }
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Checks a file that the manifest has not shown to be bad already. */
  private void check(Path file, Runnable reading) {
    files.add(file);
    if (problems.containsKey(file.toString())) {
      return;
    }
    try {
      reading.run();
    } catch (ProblemException e) {
      if (isThere(file)) { // Else a process that trains has pruned it meanwhile.
        e.problems().forEach(problem -> problems.putIfAbsent(file.toString(), problem));
      }
    }
  }
}
