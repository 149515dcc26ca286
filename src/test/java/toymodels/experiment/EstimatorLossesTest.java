package toymodels.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import toymodels.Origin;
import toymodels.backend.Backends;
import toymodels.train.Backend;
import toymodels.train.GradientEstimator;
import toymodels.train.Schedule;

/**
 * Where fifty models end by each estimator, at four densities after the notebook's 10,000 steps, at
 * one of them also after twice as many, and after 10,000 with a learning rate that falls; and how
 * many steps each estimator needs to where iid ends. Writes
 * target/acceptance/estimators/losses.json, which is committed to bench/results as
 * cpu-estimators-losses.json.
 */
@Tag("acceptance")
class EstimatorLossesTest {
  private static final int STEPS = 10_000;

  /** A normal difference is beyond this once in a thousand times. */
  private static final double NORMAL_999 = 3.29;

  /** Two samples of fifty are further apart than this once in a thousand times. */
  private static final double SMIRNOV_999 = 1.95 * Math.sqrt(2.0 / EstimatorRun.SEEDS);

  private final List<Map<String, Object>> rows = new ArrayList<>();

  @Test
  void sparse_estimators_end_where_iid_ends_or_lower() throws Exception {
    List<EstimatorRun> pairs = new ArrayList<>();
    int threads = Runtime.getRuntime().availableProcessors();
    try (Backend backend = Backends.open("cpu", threads)) {
      pairs.addAll(compare(backend, 0.01, Schedule.CONSTANT, STEPS, 2 * STEPS));
      pairs.addAll(compare(backend, 0.01, Schedule.COSINE, STEPS));
      for (double density : new double[] {0.001, 0.03, 0.1}) {
        pairs.addAll(compare(backend, density, Schedule.CONSTANT, STEPS));
      }
    }
    write();
    for (int i = 0; i < pairs.size(); i += 2) {
      require(pairs.get(i), pairs.get(i + 1));
    }
  }

  /** Trains by all three: pairs of iid and another, at each end. */
  private List<EstimatorRun> compare(
      Backend backend, double density, Schedule schedule, int... ends) {
    List<EstimatorRun> pairs = new ArrayList<>();
    List<EstimatorRun> iid =
        EstimatorRun.train(backend, density, schedule, GradientEstimator.IID, ends);
    iid.forEach(run -> rows.add(run.json(run)));
    for (GradientEstimator estimator :
        List.of(GradientEstimator.IID_SPARSE, GradientEstimator.STRATIFIED)) {
      List<EstimatorRun> runs = EstimatorRun.train(backend, density, schedule, estimator, ends);
      for (int i = 0; i < ends.length; i++) {
        pairs.add(iid.get(i));
        pairs.add(runs.get(i));
        rows.add(runs.get(i).json(iid.get(i)));
      }
    }
    return pairs;
  }

  /** What is held: iid-sparse is iid; stratified ends no higher, and represents no fewer. */
  private static void require(EstimatorRun iid, EstimatorRun other) {
    double bound = NORMAL_999 * other.differenceError(iid);
    double fewer = EstimatorRun.mean(iid.represented()) - EstimatorRun.mean(other.represented());
    if (other.estimator() == GradientEstimator.IID_SPARSE) {
      assertEquals(0, other.difference(iid), bound, other::toString);
      requireSameLaw(iid.represented(), other.represented());
      requireSameLaw(iid.norms(), other.norms());
    } else {
      assertTrue(other.difference(iid) <= bound, other::toString);
      assertTrue(fewer <= NORMAL_999 * other.representedError(iid), other::toString);
    }
  }

  private static void requireSameLaw(double[] iid, double[] other) {
    double distance = EstimatorRun.distance(iid, other);
    assertTrue(distance < SMIRNOV_999, "distance " + distance);
  }

  private void write() throws Exception {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("what", "where %d models end by estimator".formatted(EstimatorRun.SEEDS));
    record.put("features", EstimatorRun.SHAPE.features());
    record.put("hidden", EstimatorRun.SHAPE.hidden());
    record.put("every", EstimatorRun.EVERY);
    record.put("commit", Origin.headCommit());
    record.put("java", System.getProperty("java.version"));
    record.put("processor", Origin.processorName());
    record.put("command", "mvn verify -Pacceptance -Dtest=EstimatorLossesTest");
    record.put("runs", rows);
    Path folder = Files.createDirectories(Path.of("target", "acceptance", "estimators"));
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(folder.resolve("losses.json").toFile(), record);
  }
}
