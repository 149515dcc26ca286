package toymodels.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toymodels.backend.Backends;
import toymodels.report.Check;
import toymodels.report.Figure;
import toymodels.report.Report;
import toymodels.train.Backend;
import toymodels.train.InMemoryTraining;
import toymodels.train.Progress;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

class ExperimentsTest {
  static Stream<Experiment> all() {
    return Experiments.all().stream();
  }

  @Test
  void names_are_unique_and_found() {
    Set<String> names = new HashSet<>();
    for (Experiment experiment : Experiments.all()) {
      assertTrue(names.add(experiment.name()), experiment.name());
      assertEquals(experiment, Experiments.byName(experiment.name()));
    }
  }

  @Test
  void an_unknown_name_is_answered_with_all_that_there_are() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Experiments.byName("pentagram"))
            .getMessage();
    for (Experiment experiment : Experiments.all()) {
      assertTrue(message.contains(experiment.name()), message);
    }
    assertTrue(message.contains("pentagram"), message);
  }

  @ParameterizedTest
  @MethodSource("all")
  void studies_use_seed_0_at_both_scales(Experiment experiment) {
    for (Scale scale : Scale.values()) {
      for (Study study : experiment.studies(scale)) {
        assertEquals(0, study.plan().seed());
      }
    }
  }

  /** Models of two steps are in no good state: a report must stand all that training can give. */
  @ParameterizedTest
  @MethodSource("all")
  void a_report_of_hardly_trained_models_is_complete(Experiment experiment) {
    Report report = experiment.report(hardlyTrained(experiment));
    assertEquals(experiment.name(), report.name());
    assertFalse(report.introduction().isBlank());
    assertFalse(report.figures().isEmpty());
    for (Figure figure : report.figures()) {
      assertFalse(figure.title().isBlank());
      assertFalse(figure.caption().isBlank(), figure.title());
    }
    assertFalse(report.checks().isEmpty());
    Set<String> claims = new HashSet<>();
    for (Check check : report.checks()) {
      assertTrue(claims.add(check.claim()), "twice: " + check.claim());
      assertFalse(check.source().isBlank(), check.claim());
      assertTrue(check.low() <= check.high(), check.claim());
    }
  }

  private static List<TrainedStudy> hardlyTrained(Experiment experiment) {
    RecordingSchedule recording = experiment.recording(Scale.QUICK);
    List<TrainedStudy> trained = new ArrayList<>();
    try (Backend backend = Backends.open("cpu", 2)) {
      for (Study study : experiment.studies(Scale.QUICK)) {
        Study brief = study.withPlan(study.plan().withWarmup(0).withSteps(2).withBatch(16));
        trained.add(InMemoryTraining.train(backend, brief, recording, Progress.NONE));
      }
    }
    return trained;
  }
}
