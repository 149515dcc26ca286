package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toymodels.analysis.Geometry;
import toymodels.analysis.HeldOutLoss;
import toymodels.backend.exact.ExpectedLoss;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.GradientEstimator;
import toymodels.train.ModelSlice;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * Fifty models of 20 features in 5 dimensions, trained by one estimator from the weights that all
 * estimators begin with: where they end.
 *
 * @param curve mean expected loss every {@link #EVERY} steps up to the first end; empty where
 *     features are not rare enough to expand it
 * @param losses of every model after the last step, the same held-out samples or the same expansion
 *     for all estimators
 * @param represented features of every model whose norm is above 1/2
 * @param norms the mean feature norm of every model
 */
record EstimatorRun(
    double density,
    Schedule schedule,
    GradientEstimator estimator,
    int steps,
    double[] curve,
    double[] losses,
    double[] represented,
    double[] norms) {
  static final int SEEDS = 50;
  static final int EVERY = 500;
  static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_OUTPUT, 20, 5);

  /** A loss counts as reached within 1 % of it. */
  private static final double REACHED = 1.01;

  private static final double REPRESENTED = 0.5;

  /** Up to this density, inputs with more active features are one in 20,000. */
  private static final double RARE = 0.01;

  private static final int MAX_ACTIVE = 3;

  /** Trains, and looks after each of these numbers of steps. */
  static List<EstimatorRun> train(
      Backend backend,
      double density,
      Schedule schedule,
      GradientEstimator estimator,
      int... ends) {
    Task task =
        new Task(FeatureDistribution.independent(20, density), Importance.geometric(20, 0.9));
    int steps = ends[ends.length - 1];
    TrainingPlan plan =
        TrainingPlan.notebook().withSteps(steps).withSchedule(schedule).withEstimator(estimator);
    Study study = new Study(SHAPE, List.of(task), SEEDS, plan);
    List<EstimatorRun> runs = new ArrayList<>();
    List<Double> curve = new ArrayList<>();
    try (Trainer trainer = backend.start(study)) {
      while (trainer.stepsTaken() < steps) {
        trainer.advance(EVERY);
        ModelBatch models = trainer.snapshot();
        int taken = trainer.stepsTaken();
        boolean end = Arrays.stream(ends).anyMatch(e -> e == taken);
        if (density <= RARE && taken <= ends[0] || end) {
          double[] losses = losses(study, task, models);
          curve.add(mean(losses));
          if (end) {
            runs.add(
                new EstimatorRun(
                    density,
                    schedule,
                    estimator,
                    taken,
                    density <= RARE && taken == ends[0]
                        ? curve.stream().mapToDouble(Double::doubleValue).toArray()
                        : new double[0],
                    losses,
                    models(models, g -> g.live(REPRESENTED)),
                    models(models, g -> mean(g.norms()))));
          }
        }
      }
    }
    return runs;
  }

  private static double[] losses(Study study, Task task, ModelBatch models) {
    if (task.inputs().density(0) > RARE) {
      ModelSlice all = new ModelSlice(0, SEEDS);
      double[] sums =
          HeldOutLoss.of(study, all, models, HeldOutLoss.SAMPLES / 4, HeldOutLoss.Samples.COMMON)
              .means();
      return Arrays.stream(sums).map(sum -> sum / SHAPE.features()).toArray();
    }
    ExpectedLoss loss = ExpectedLoss.truncated(SHAPE, task, MAX_ACTIVE);
    double[] losses = new double[SEEDS];
    for (int k = 0; k < SEEDS; k++) {
      ModelBatch model = models.slice(k, 1);
      losses[k] = loss.loss(doubles(model.encoder()), doubles(model.biases())) / SHAPE.features();
    }
    return losses;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  private interface OfGeometry {
    double of(Geometry geometry);
  }

  private static double[] models(ModelBatch batch, OfGeometry number) {
    double[] values = new double[batch.models()];
    Arrays.setAll(values, k -> number.of(Geometry.of(batch, k)));
    return values;
  }

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double standardError(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }

  /** The first step of the curve that is within 1 % of this loss; −1 if none is. */
  int stepsTo(double loss) {
    for (int i = 0; i < curve.length; i++) {
      if (curve[i] <= REACHED * loss) {
        return (i + 1) * EVERY;
      }
    }
    return -1;
  }

  /** Mean difference of losses from iid's models of the same first weights. */
  double difference(EstimatorRun iid) {
    return mean(losses) - mean(iid.losses);
  }

  /** Its standard error: pairs, since first weights decide much of where a model ends. */
  double differenceError(EstimatorRun iid) {
    return pairedError(losses, iid.losses);
  }

  /** The standard error of the difference in features represented, from iid's. */
  double representedError(EstimatorRun iid) {
    return pairedError(represented, iid.represented);
  }

  private static double pairedError(double[] these, double[] others) {
    double[] pairs = new double[SEEDS];
    Arrays.setAll(pairs, k -> these[k] - others[k]);
    return standardError(pairs);
  }

  /** The largest distance between two distribution functions (Kolmogorov, Smirnov). */
  static double distance(double[] a, double[] b) {
    double largest = 0;
    for (double x : a) {
      largest = Math.max(largest, Math.abs(share(a, x) - share(b, x)));
    }
    for (double x : b) {
      largest = Math.max(largest, Math.abs(share(a, x) - share(b, x)));
    }
    return largest;
  }

  private static double share(double[] values, double upTo) {
    return (double) Arrays.stream(values).filter(v -> v <= upTo).count() / values.length;
  }

  /** As the record keeps it, beside iid's. */
  Map<String, Object> json(EstimatorRun iid) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("density", density);
    json.put("schedule", schedule.configName());
    json.put("estimator", estimator.configName());
    json.put("steps", steps);
    json.put("loss", mean(losses));
    json.put("standard_error", standardError(losses));
    json.put("difference", difference(iid));
    json.put("difference_error", differenceError(iid));
    json.put("represented", mean(represented));
    json.put("represented_distance", distance(represented, iid.represented));
    json.put("norm", mean(norms));
    json.put("norm_distance", distance(norms, iid.norms));
    json.put("steps_to_iid", stepsTo(mean(iid.losses)));
    json.put("curve", curve);
    return json;
  }
}
