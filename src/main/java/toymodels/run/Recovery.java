package toymodels.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.StorageException;
import toymodels.train.Checkpoint;
import toymodels.train.ModelRange;

/** Makes a study ready to go on, in whatever state a process has left it. */
final class Recovery {
  private final StudyDirectory directory;
  private final Disk disk;
  private final Consumer<String> warnings;

  /**
   * @param warnings hears of every damaged file
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
      return Optional.of(directory.finalModels());
    } catch (DamagedFileException e) {
      setAside(directory.finalFile(), e);
      return Optional.empty();
    }
  }

  /**
   * Removes what a process left half-done, and reads the newest state that is whole. A damaged one
   * is kept under another name. Losses and keyframes of later steps are removed: they come again.
   */
  Optional<Checkpoint> newestCheckpoint() {
    removeLeftovers();
    Optional<Checkpoint> newest = Optional.empty();
    List<Integer> steps = directory.steps(StudyDirectory.CHECKPOINTS);
    for (int i = steps.size() - 1; i >= 0 && newest.isEmpty(); i--) {
      newest = readOrSetAside(steps.get(i));
    }
    int step = newest.map(Checkpoint::step).orElse(-1);
    directory.metrics().truncateAfter(step);
    for (int keyframe : directory.steps(StudyDirectory.HISTORY)) {
      if (keyframe > step) {
        delete(directory.keyframeFile(keyframe));
      }
    }
    return newest;
  }

  private Optional<Checkpoint> readOrSetAside(int step) {
    Path file = directory.checkpointFile(step);
    try {
      SavedModels models = SavedModels.read(file);
      directory.requireOurs(file, models);
      if (models.state().step() != step) {
        throw new DamagedFileException(file, "it holds step " + models.state().step());
      }
      ModelRange all = ModelRange.all(directory.study());
      return Optional.of(models.state().requireFits(directory.study(), all));
    } catch (DamagedFileException e) {
      setAside(file, e);
      return Optional.empty();
    }
  }

  private void setAside(Path file, DamagedFileException fault) {
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
