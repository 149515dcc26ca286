package toymodels.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toymodels.run.config.ConfigException;
import toymodels.run.config.RunConfig;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.Disk;
import toymodels.run.file.Problem;
import toymodels.run.file.StorageException;

/** Gives a study other steps or checkpoints; a finished one goes on from its end. */
final class ConfigChange {
  private final Path run;
  private final StudyDirectory directory;
  private final Disk disk;
  private final RunConfig from;

  /**
   * @param run the run that the study is of
   */
  ConfigChange(Path run, StudyDirectory directory) {
    this.run = run;
    this.directory = directory;
    this.disk = directory.disk();
    this.from = directory.config();
  }

  /**
   * The study under its new config.
   *
   * @throws ConfigException naming every other key that changed
   */
  StudyDirectory to(RunConfig to) {
    if (to.equals(from)) {
      return directory;
    }
    requireAllowed(to);
    Manifest.remove(disk, run);
    int last = directory.lastStep();
    if (directory.finished() && to.study().plan().steps() > last) {
      reopen(last);
    }
    AtomicFile.writeText(disk, configFile(), to.toToml());
    return new StudyDirectory(disk, directory.path(), to);
  }

  private Path configFile() {
    return directory.path().resolve(StudyDirectory.CONFIG);
  }

  private void requireAllowed(RunConfig to) {
    List<Problem> problems = new ArrayList<>();
    for (String key : from.changedKeys(to)) {
      if (!key.equals("train.steps") && !key.startsWith("checkpoint.")) {
        problems.add(
            new Problem(
                key + " differs from the run's",
                configFile().toString(),
                "keep it, or start a new run: only train.steps and checkpoint.* may change"));
      }
    }
    int last = directory.lastStep();
    int steps = to.study().plan().steps();
    if (problems.isEmpty() && steps < last) {
      problems.add(
          new Problem(
              "train.steps = %d, but the run is at step %d".formatted(steps, last),
              configFile().toString(),
              "give at least " + last));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** Turns the final models into the newest checkpoint, from which training can go on. */
  private void reopen(int step) {
    StorageException.telling(
        "reopening the finished run",
        directory.finalFile(),
        () -> {
          if (Files.exists(directory.historyFile(), LinkOption.NOFOLLOW_LINKS)) {
            for (Path part : directory.historyParts()) {
              disk.delete(part);
            }
            disk.move(directory.historyFile(), directory.historyPart(step));
            disk.forceDirectory(directory.historyPart(step).getParent());
          }
          disk.move(directory.finalFile(), directory.checkpointFile(step));
          disk.forceDirectory(directory.checkpointFile(step).getParent());
          disk.forceDirectory(directory.path());
          return null;
        });
  }
}
