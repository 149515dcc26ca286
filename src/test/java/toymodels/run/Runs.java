package toymodels.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import toymodels.analysis.Evaluation;
import toymodels.backend.Backends;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.config.CheckpointPolicy;
import toymodels.run.config.RunConfig;
import toymodels.run.file.Sha256;
import toymodels.train.Backend;
import toymodels.train.Progress;
import toymodels.train.RecordingSchedule;
import toymodels.train.StopSignal;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** Small runs that tests share. */
final class Runs {
  static final RunRequest ORIGIN = RunRequest.config("a test");

  private Runs() {}

  static Study study(ModelKind kind, int steps) {
    return new Study(
        new ModelShape(kind, 3, 2),
        List.of(
            new Task(FeatureDistribution.independent(3, 0.5), Importance.geometric(3, 0.8)),
            new Task(FeatureDistribution.independent(3, 0.1), Importance.geometric(3, 0.8))),
        2,
        TrainingPlan.notebook().withSteps(steps).withBatch(16).withSeed(7));
  }

  /** A study of four models, saved every ten steps. */
  static RunConfig config(int steps) {
    return RunConfig.of(study(ModelKind.RELU_OUTPUT, steps))
        .withCheckpoints(new CheckpointPolicy(10, 1e6, true))
        .withRecording(new RecordingSchedule(5, 9))
        .withEvaluation(new Evaluation(Evaluation.Method.HELD_OUT, 2048));
  }

  static RunOutcome train(RunDirectory run) {
    return train(run, Progress.NONE, StopSignal.never());
  }

  static RunOutcome train(RunDirectory run, Progress progress, StopSignal stop) {
    try (Backend backend = Backends.open("cpu", 1)) {
      return RunTraining.train(run, backend, 1, progress, stop);
    }
  }

  /** Trains a new run from start to end. */
  static void complete(Path path, RunConfig... configs) {
    try (RunDirectory run = RunDirectory.create(path, ORIGIN, List.of(configs))) {
      train(run);
    }
  }

  /** The hash of every file that the same seed must make the same, by its name in the run. */
  static Map<String, String> results(Path run) throws IOException {
    Map<String, String> results = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(file).toString();
        boolean result =
            name.endsWith(StudyDirectory.FINAL)
                || name.endsWith(StudyDirectory.METRICS)
                || name.endsWith(StudyDirectory.CONFIG)
                || name.endsWith("history.safetensors");
        if (result) {
          results.put(name, hash(file));
        }
      }
    }
    return results;
  }

  private static String hash(Path file) throws IOException {
    return Sha256.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
  }
}
