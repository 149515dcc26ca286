package toymodels.experiment;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import toymodels.backend.Backends;
import toymodels.report.XyChart;
import toymodels.train.Backend;
import toymodels.train.InMemoryTraining;
import toymodels.train.Progress;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** The figures of geometry at full scale, where some levels lie closer together than others. */
class UniformSuperpositionTest {
  /** Levels were once spread by the gap of the first two, so that the closest ran together. */
  @Test
  void points_of_one_level_lie_apart_from_those_of_the_next() {
    UniformSuperposition geometry = new UniformSuperposition();
    List<TrainedStudy> trained = hardlyTrained(geometry);
    for (int study = 0; study < trained.size(); study++) {
      XyChart chart = (XyChart) geometry.report(trained).figures().get(1 + study);
      double[] x = chart.series().get(1).x();
      int features = trained.get(study).study().shape().features();
      for (int end = features; end < x.length; end += features) {
        double last = Arrays.stream(x, end - features, end).max().orElseThrow();
        double next = Arrays.stream(x, end, end + features).min().orElseThrow();
        assertTrue(last < next, chart.title() + ": " + last + " and " + next);
      }
    }
  }

  private static List<TrainedStudy> hardlyTrained(Experiment experiment) {
    List<TrainedStudy> trained = new ArrayList<>();
    try (Backend backend = Backends.open("cpu", 2)) {
      for (Study study : experiment.studies(Scale.FULL)) {
        Study brief = study.withPlan(study.plan().withSteps(2).withBatch(16));
        trained.add(
            InMemoryTraining.train(
                backend, brief, experiment.recording(Scale.FULL), Progress.NONE));
      }
    }
    return trained;
  }
}
