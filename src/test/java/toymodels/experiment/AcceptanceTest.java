package toymodels.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toymodels.backend.Backends;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.train.Backend;
import toymodels.train.InMemoryTraining;
import toymodels.train.Progress;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/**
 * Trains experiments and holds every claim, too long for every build: {@code mvn verify
 * -Pacceptance -Dtest=AcceptanceTest -Dexperiments=intro,phase -Dscale=full -Dseed=1}. Each writes
 * what it measured to target/acceptance, which is committed to bench/results/acceptance.
 */
@Tag("acceptance")
class AcceptanceTest {
  private static final Scale SCALE =
      Scale.valueOf(System.getProperty("scale", "full").toUpperCase(Locale.ROOT));
  private static final long SEED = Long.getLong("seed", 0);

  static Stream<Experiment> chosen() {
    String names = System.getProperty("experiments");
    return names == null
        ? Experiments.all().stream()
        : Arrays.stream(names.split(",")).map(Experiments::byName);
  }

  @ParameterizedTest
  @MethodSource("chosen")
  void every_claim_holds(Experiment experiment) throws Exception {
    long start = System.nanoTime();
    List<TrainedStudy> trained = new ArrayList<>();
    try (Backend backend = Backends.open("cpu", Runtime.getRuntime().availableProcessors())) {
      for (Study study : experiment.studies(SCALE)) {
        Study seeded = study.withPlan(study.plan().withSeed(SEED));
        trained.add(
            InMemoryTraining.train(backend, seeded, experiment.recording(SCALE), Progress.NONE));
      }
    }
    Report report = trained.isEmpty() ? experiment.theory(SCALE, SEED) : experiment.report(trained);
    AcceptanceRecord.of(report, SCALE, SEED, (System.nanoTime() - start) * 1e-9)
        .write(Path.of("target", "acceptance"));
    List<String> broken =
        report.checks().stream().filter(Check::fails).map(Check::toString).toList();
    assertEquals(List.of(), broken, "claims of " + experiment.name() + " that do not hold");
  }
}
