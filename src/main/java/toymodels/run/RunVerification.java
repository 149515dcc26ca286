package toymodels.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toymodels.run.file.Problem;
import toymodels.run.file.ProblemException;

/** Checks every file of a run against its own hashes, its config and the other files. */
public final class RunVerification {
  private final List<Problem> problems = new ArrayList<>();
  private int files;

  private RunVerification() {}

  /**
   * What was found.
   *
   * @param files how many files were checked
   * @param problems what is wrong, empty if nothing is
   */
  public record Result(int files, List<Problem> problems) {}

  /** Reads everything in a run. */
  public static Result of(RunDirectory run) {
    RunVerification verification = new RunVerification();
    run.studies().forEach(verification::study);
    return new Result(verification.files, List.copyOf(verification.problems));
  }

  private void study(StudyDirectory study) {
    if (study.finished()) {
      check(study::finalModels);
    }
    for (int step : study.steps(StudyDirectory.CHECKPOINTS)) {
      Path file = study.checkpointFile(step);
      check(() -> study.requireOurs(file, SavedModels.read(file).metadata()));
    }
    check(study::history);
    if (Files.exists(study.path().resolve(StudyDirectory.EVENTS), LinkOption.NOFOLLOW_LINKS)) {
      check(study::events);
    }
    if (Files.exists(study.path().resolve(StudyDirectory.METRICS), LinkOption.NOFOLLOW_LINKS)) {
      check(() -> study.metrics().read());
    }
  }

  private void check(Runnable reading) {
    files++;
    try {
      reading.run();
    } catch (ProblemException e) {
      problems.addAll(e.problems());
    }
  }
}
