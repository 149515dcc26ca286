package toymodels.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.Problem;

/**
 * Looks at the files of a run that is resumed, where it was closed with a manifest. Models and
 * keyframes that are not as they were written are set aside, since training can make them again;
 * what tells training what to do must be as it was.
 */
final class ResumedFiles {
  private final Disk disk;
  private final Path run;
  private final List<StudyDirectory> studies;

  ResumedFiles(Disk disk, Path run, List<StudyDirectory> studies) {
    this.disk = disk;
    this.run = run;
    this.studies = studies;
  }

  /**
   * What was found and done, for the log.
   *
   * @throws DamagedFileException if a config, a list of changes, provenance or losses are altered
   */
  List<String> check() {
    if (!Manifest.exists(run)) {
      return List.of();
    }
    Map<String, Problem> problems = new ManifestCheck(run, Manifest.read(run)).problems();
    List<String> doubts = new ArrayList<>();
    if (!problems.isEmpty()) {
      problems.forEach((path, problem) -> requireNotNeeded(path, problem));
      Manifest.remove(disk, run);
      problems.forEach((path, problem) -> handle(path, problem, doubts));
    }
    return doubts;
  }

  private void requireNotNeeded(String path, Problem problem) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    boolean there = Files.exists(run.resolve(path), LinkOption.NOFOLLOW_LINKS);
    boolean needed =
        name.equals(StudyDirectory.CONFIG)
            || name.equals(StudyDirectory.EVENTS)
            || name.equals(Provenance.NAME)
            || name.equals(StudyDirectory.METRICS) && there;
    if (needed && !problem.what().startsWith("unexpected")) {
      throw new DamagedFileException(
          run.resolve(path),
          problem.what(),
          "put the run's own file back, or delete " + Manifest.NAME + " to go on with this one");
    }
  }

  private void handle(String path, Problem problem, List<String> doubts) {
    Path file = run.resolve(path);
    boolean again =
        path.endsWith(".safetensors")
            && problem.what().startsWith("altered")
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    for (StudyDirectory study : again ? studies : List.<StudyDirectory>of()) {
      boolean of =
          file.equals(study.finalFile())
              || file.equals(study.historyFile())
              || study.path().resolve(StudyDirectory.CHECKPOINTS).equals(file.getParent())
              || study.path().resolve(StudyDirectory.HISTORY).equals(file.getParent());
      if (of) {
        new Recovery(study, doubts::add)
            .setAside(file, new DamagedFileException(file, problem.what()));
        return;
      }
    }
    doubts.add("%s: %s".formatted(path, problem.what()));
  }
}
