package toymodels.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import toymodels.Origin;
import toymodels.backend.Backends;
import toymodels.backend.exact.ExpectedLoss;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Estimator;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * Fifty models of 20 features in 5 dimensions, each feature active one time in a hundred, trained
 * 10,000 steps by each estimator: where they end, and how many steps they need to where iid ends.
 * Writes target/acceptance/estimators/losses.json, which is committed to bench/results as
 * cpu-estimators-losses.json.
 */
@Tag("acceptance")
class EstimatorLossesTest {
  private static final int SEEDS = 50;
  private static final int EVERY = 500;
  private static final double DENSITY = 0.01;

  /** A loss counts as reached within 1 % of it. */
  private static final double REACHED = 1.01;

  /** Inputs with more active features are one in 20,000. */
  private static final int MAX_ACTIVE = 3;

  /** A normal difference is beyond this once in a thousand times. */
  private static final double NORMAL_999 = 3.29;

  private static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_OUTPUT, 20, 5);
  private static final Task TASK =
      new Task(FeatureDistribution.independent(20, DENSITY), Importance.geometric(20, 0.9));

  /** Mean loss over the models, and its standard error, every {@link #EVERY} steps. */
  record Curve(double[] mean, double[] standardError) {
    double last() {
      return mean[mean.length - 1];
    }

    double lastError() {
      return standardError[mean.length - 1];
    }

    /** Steps to a loss; −1 if it is not reached. */
    int stepsTo(double loss) {
      for (int i = 0; i < mean.length; i++) {
        if (mean[i] <= loss) {
          return (i + 1) * EVERY;
        }
      }
      return -1;
    }
  }

  private static Curve train(Estimator estimator) {
    TrainingPlan plan = TrainingPlan.notebook().withEstimator(estimator);
    Study study = new Study(SHAPE, List.of(TASK), SEEDS, plan);
    ExpectedLoss loss = ExpectedLoss.truncated(SHAPE, TASK, MAX_ACTIVE);
    double[] mean = new double[plan.steps() / EVERY];
    double[] error = new double[mean.length];
    int threads = Runtime.getRuntime().availableProcessors();
    try (Backend backend = Backends.open("cpu", threads);
        Trainer trainer = backend.start(study)) {
      for (int i = 0; i < mean.length; i++) {
        trainer.advance(EVERY);
        double[] losses = losses(loss, trainer.snapshot());
        mean[i] = Arrays.stream(losses).average().orElseThrow();
        double center = mean[i];
        double squares = Arrays.stream(losses).map(l -> (l - center) * (l - center)).sum();
        error[i] = Math.sqrt(squares / (SEEDS - 1) / SEEDS);
      }
    }
    return new Curve(mean, error);
  }

  private static double[] losses(ExpectedLoss loss, ModelBatch batch) {
    double[] losses = new double[batch.models()];
    for (int k = 0; k < losses.length; k++) {
      ModelBatch model = batch.slice(k, 1);
      losses[k] = loss.loss(doubles(model.encoder()), doubles(model.biases())) / SHAPE.features();
    }
    return losses;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  @Test
  void sparse_estimators_end_where_iid_ends_or_lower() throws Exception {
    Curve iid = train(Estimator.IID);
    Curve sparse = train(Estimator.IID_SPARSE);
    Curve stratified = train(Estimator.STRATIFIED);
    double goal = REACHED * iid.last();
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("what", "mean exact loss of %d models by estimator".formatted(SEEDS));
    record.put("features", SHAPE.features());
    record.put("hidden", SHAPE.hidden());
    record.put("density", DENSITY);
    record.put("every", EVERY);
    record.put("commit", Origin.headCommit());
    record.put("java", System.getProperty("java.version"));
    record.put("processor", Origin.processorName());
    record.put("command", "mvn verify -Pacceptance -Dtest=EstimatorLossesTest");
    record.put("loss_to_reach", goal);
    put(record, "iid", iid, goal);
    put(record, "iid-sparse", sparse, goal);
    put(record, "stratified", stratified, goal);
    Path folder = Files.createDirectories(Path.of("target", "acceptance", "estimators"));
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(folder.resolve("losses.json").toFile(), record);
    double sigma = Math.hypot(iid.lastError(), sparse.lastError());
    assertEquals(iid.last(), sparse.last(), NORMAL_999 * sigma, "iid-sparse has the law of iid");
    double bound = NORMAL_999 * Math.hypot(iid.lastError(), stratified.lastError());
    assertTrue(
        stratified.last() <= iid.last() + bound,
        "stratified %s, iid %s".formatted(stratified.last(), iid.last()));
  }

  private static void put(Map<String, Object> record, String name, Curve curve, double goal) {
    record.put(
        name,
        Map.of(
            "mean", curve.mean(),
            "standard_error", curve.standardError(),
            "steps_to_reach", curve.stepsTo(goal)));
  }
}
