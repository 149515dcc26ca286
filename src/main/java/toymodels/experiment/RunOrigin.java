package toymodels.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import toymodels.run.RunDirectory;
import toymodels.run.RunRequest;
import toymodels.run.StudyDirectory;
import toymodels.run.config.RunConfig;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/**
 * Whether a run is what its provenance says: studies of an experiment change from version to
 * version, and provenance can be copied from elsewhere, so the hashes of the configs decide.
 *
 * @param experiment the one that the run is of, if it is
 * @param doubt why it is not the one that its provenance names, if it names one
 */
public record RunOrigin(Optional<Experiment> experiment, Optional<String> doubt) {

  /** Compares what a finished run holds with the experiment that it says to be of. */
  public static RunOrigin of(RunDirectory run, List<TrainedStudy> trained) {
    RunRequest origin = run.origin();
    if (origin.experiment().isEmpty()) {
      return new RunOrigin(Optional.empty(), Optional.empty());
    }
    String name = origin.experiment().get();
    Optional<Experiment> named =
        Experiments.all().stream().filter(e -> e.name().equals(name)).findFirst();
    Optional<Scale> scale =
        Arrays.stream(Scale.values())
            .filter(s -> origin.scale().equals(Optional.of(s.name().toLowerCase(Locale.ROOT))))
            .findFirst();
    if (named.isEmpty()) {
      return doubt("this version knows no experiment of the name in its provenance");
    }
    if (scale.isEmpty()) {
      return doubt("its provenance names no scale of " + name);
    }
    if (!sameStudies(run.studies(), named.get().studies(scale.get()))) {
      return doubt(
          "its configs are not those of %s at the %s scale in this version"
              .formatted(name, origin.scale().get()));
    }
    if (!complete(run.studies(), trained, named.get().recording(scale.get()))) {
      return doubt("it lacks a part of the history or the losses that %s needs".formatted(name));
    }
    return new RunOrigin(named, Optional.empty());
  }

  private static RunOrigin doubt(String why) {
    return new RunOrigin(Optional.empty(), Optional.of(why));
  }

  private static boolean sameStudies(List<StudyDirectory> found, List<Study> expected) {
    if (found.size() != expected.size() || expected.isEmpty()) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      Study study = expected.get(i);
      RunConfig config = found.get(i).config();
      boolean same = same(study, config) || same(study.withDenseSampling(), config);
      if (!same || !found.get(i).events().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Whether a config trains a study, under whatever seed. */
  private static boolean same(Study study, RunConfig config) {
    long seed = config.study().plan().seed();
    return RunConfig.of(study.withPlan(study.plan().withSeed(seed)))
        .sha256()
        .equals(config.sha256());
  }

  private static boolean complete(
      List<StudyDirectory> studies, List<TrainedStudy> trained, RecordingSchedule recording) {
    for (int i = 0; i < trained.size(); i++) {
      int steps = studies.get(i).study().plan().steps();
      if (!Arrays.equals(recording.keyframeSteps(steps), trained.get(i).history().steps())
          || !Arrays.equals(recording.lossSteps(steps), trained.get(i).losses().steps())) {
        return false;
      }
    }
    return true;
  }
}
