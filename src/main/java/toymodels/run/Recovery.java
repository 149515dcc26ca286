package toymodels.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import toymodels.run.config.ConfigException;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.Problem;
import toymodels.run.file.StorageException;
import toymodels.train.Checkpoint;
import toymodels.train.Determinism;
import toymodels.train.History;
import toymodels.train.ModelSlice;

/** Makes a study ready to go on, in whatever state a process has left it. */
final class Recovery {
  private final StudyDirectory directory;
  private final Disk disk;
  private final Consumer<String> warnings;

  /**
   * @param warnings receives every damaged file
   */
  Recovery(StudyDirectory directory, Consumer<String> warnings) {
    this.directory = directory;
    this.disk = directory.disk();
    this.warnings = warnings;
  }

  /** The final models, if they are there and whole; damaged ones are set aside. */
  Optional<SavedModels> finalModels() {
    if (!directory.finished()) {
      return Optional.empty();
    }
    try {
      Optional<SavedModels> whole = Optional.of(directory.finalModels());
      removeWhatIsInTheResults();
      return whole;
    } catch (DamagedFileException e) {
      setAside(directory.finalFile(), e);
      return Optional.empty();
    }
  }

  /**
   * Removes what a process left half-done, and reads the newest state that is whole. A damaged one
   * is kept under another name. Losses and keyframes of later steps are removed: they come again.
   *
   * @throws ConfigException if it was trained by another arithmetic: its file says by which one
   */
  Optional<Checkpoint> newestCheckpoint(Determinism arithmetic) {
    removeLeftovers();
    Optional<Checkpoint> newest = Optional.empty();
    List<Integer> steps = directory.steps(StudyDirectory.CHECKPOINTS);
    for (int i = steps.size() - 1; i >= 0 && newest.isEmpty(); i--) {
      newest = readOrSetAside(steps.get(i), arithmetic);
    }
    int step = newest.map(Checkpoint::step).orElse(-1);
    directory.metrics().truncateAfter(step);
    if (Files.exists(directory.historyFile(), LinkOption.NOFOLLOW_LINKS)) {
      if (directory.historyParts().isEmpty()) {
        cut(directory.historyFile(), step); // Of a study that was finished, but for its models.
      } else {
        delete(directory.historyFile()); // Made of the parts, by a process that came no further.
      }
    }
    for (int last : directory.steps(StudyDirectory.HISTORY)) {
      if (last > step) {
        cut(directory.historyPart(last), step);
      } else {
        check(directory.historyPart(last));
      }
    }
    return newest;
  }

  /** A damaged part of the history is only set aside: training needs none of it. */
  private void check(Path part) {
    try {
      Keyframes.verify(part);
    } catch (DamagedFileException e) {
      setAside(part, e);
    }
  }

  /** Removes the keyframes of later steps from a file. */
  private void cut(Path file, int step) {
    try {
      History kept = directory.history(List.of(file)).until(step);
      if (kept.steps().length > 0) {
        directory.writeHistoryPart(kept, Keyframes.metadata(file));
      }
      delete(file);
    } catch (DamagedFileException e) {
      setAside(file, e);
    }
  }

  private Optional<Checkpoint> readOrSetAside(int step, Determinism arithmetic) {
    Path file = directory.checkpointFile(step);
    try {
      SavedModels models = SavedModels.read(file);
      directory.requireOurs(file, models.metadata());
      if (models.state().step() != step) {
        throw new DamagedFileException(file, "it holds step " + models.state().step());
      }
      requireTrainedBy(arithmetic, file, models.metadata().get("arithmetic"));
      ModelSlice all = ModelSlice.all(directory.study());
      return Optional.of(models.state().requireFits(directory.study(), all));
    } catch (DamagedFileException e) {
      setAside(file, e);
      return Optional.empty();
    }
  }

  private static void requireTrainedBy(Determinism arithmetic, Path file, String label) {
    if (!arithmetic.label().equals(label)) {
      String fix =
          Arrays.stream(Determinism.values())
              .filter(a -> a.label().equals(label))
              .map(a -> "resume it with " + option(a))
              .findAny()
              .orElse("resume it with the version of toymodels that began it");
      throw new ConfigException(
          List.of(
              new Problem(
                  "the run was begun with arithmetic '%s' and would go on with '%s'"
                      .formatted(label, arithmetic.label()),
                  file.toString(),
                  fix)));
    }
  }

  private static String option(Determinism arithmetic) {
    return switch (arithmetic) {
      case BITWISE -> "--strict, on any backend but the reference";
      case FAST -> "--fast";
      case REFERENCE -> "--backend reference";
    };
  }

  void setAside(Path file, DamagedFileException fault) {
    Path bad = file.resolveSibling(file.getFileName() + ".bad");
    StorageException.telling(
        "setting a damaged file aside",
        file,
        () -> {
          disk.move(file, bad);
          return null;
        });
    warnings.accept(
        "%s is damaged and now called %s; going on from the state before: %s"
            .formatted(file, bad.getFileName(), fault.problems().get(0).what()));
  }

  /**
   * Removes what a finished study has twice: parts of a history that lies in one file, and the
   * state after the last step, which was saved before it was measured.
   */
  void removeWhatIsInTheResults() {
    if (Files.exists(directory.historyFile(), LinkOption.NOFOLLOW_LINKS)) {
      directory.historyParts().forEach(this::delete);
    }
    ResumableEvaluation.forget(directory);
    Path last = directory.checkpointFile(directory.study().plan().steps());
    if (Files.exists(last, LinkOption.NOFOLLOW_LINKS)) {
      delete(last);
    }
  }

  private void removeLeftovers() {
    List<Path> files = new ArrayList<>(directory.list("."));
    files.addAll(directory.list(StudyDirectory.CHECKPOINTS));
    files.addAll(directory.list(StudyDirectory.HISTORY));
    files.stream().filter(AtomicFile::isLeftover).forEach(this::delete);
  }

  /** Removes all but the newest checkpoints. */
  void prune() {
    List<Integer> steps = directory.steps(StudyDirectory.CHECKPOINTS);
    for (int i = 0; i < steps.size() - StudyDirectory.KEPT; i++) {
      delete(directory.checkpointFile(steps.get(i)));
    }
  }

  private void delete(Path file) {
    StorageException.telling(
        "deleting " + file.getFileName(),
        file,
        () -> {
          disk.delete(file);
          return null;
        });
  }
}
