package toymodels.train;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import toymodels.model.ModelBatch;

/** Trains one study to its end in memory, recording on the way. */
public final class InMemoryTraining {
  /** Steps between two words to {@link Progress}, at most. */
  private static final int CHUNK = 100;

  private InMemoryTraining() {}

  /** Trains every model of the study. */
  public static TrainedStudy train(
      Backend backend, Study study, RecordingSchedule recording, Progress progress) {
    int steps = study.plan().steps();
    int[] keyframeSteps = recording.keyframeSteps(steps);
    int[] lossSteps = recording.lossSteps(steps);
    TreeSet<Integer> stops = new TreeSet<>();
    for (int step = 0; step < steps; step += CHUNK) {
      stops.add(step);
    }
    stops.add(steps);
    for (int step : keyframeSteps) {
      stops.add(step);
    }
    for (int step : lossSteps) {
      stops.add(step);
    }
    List<ModelBatch> keyframes = new ArrayList<>();
    List<float[]> losses = new ArrayList<>();
    long total = (long) steps * study.models();
    try (Trainer trainer = backend.start(study)) {
      for (int stop : stops) {
        trainer.advance(stop - trainer.stepsTaken());
        if (keyframes.size() < keyframeSteps.length && keyframeSteps[keyframes.size()] == stop) {
          keyframes.add(trainer.snapshot());
        }
        if (losses.size() < lossSteps.length && lossSteps[losses.size()] == stop) {
          losses.add(trainer.losses());
        }
        progress.at((long) stop * study.models(), total);
      }
      return new TrainedStudy(
          study,
          trainer.checkpoint(),
          new History(keyframeSteps, keyframes),
          new LossCurve(lossSteps, losses.toArray(float[][]::new)));
    }
  }
}
