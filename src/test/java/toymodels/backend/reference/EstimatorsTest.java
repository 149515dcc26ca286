package toymodels.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import toymodels.backend.exact.ExpectedLoss;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Estimator;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** Every estimator has the exact gradient as its mean; they differ in variance as they should. */
class EstimatorsTest {
  /** Hotelling's T² of 11 numbers and many draws is above this once in a thousand times. */
  private static final double CHI_SQUARED_11_DEGREES_999 = 31.26;

  /** Gradients of many draws, (draws, parameters): weights, then biases. */
  private static double[][] gradients(
      ReferenceModel model, Task task, TrainingPlan plan, int draws) {
    Study study = new Study(model.shape, List.of(task), 1, plan);
    int w = model.encoder.length;
    double[][] all = new double[draws][w + model.biases.length];
    for (int t = 0; t < draws; t++) {
      ReferenceModel gradient = new ReferenceModel(model.shape);
      new StepGradient(study, 0, model, t).loss(gradient);
      System.arraycopy(gradient.encoder, 0, all[t], 0, w);
      System.arraycopy(gradient.biases, 0, all[t], w, model.biases.length);
    }
    return all;
  }

  private static ReferenceModel random(ModelKind kind, int n, int m, double biasScale) {
    ReferenceModel model = new ReferenceModel(new ModelShape(kind, n, m));
    Random random = new Random(31);
    for (int i = 0; i < model.encoder.length; i++) {
      model.encoder[i] = 0.6 * random.nextGaussian();
    }
    for (int i = 0; i < n; i++) {
      model.biases[i] = biasScale * random.nextGaussian();
    }
    return model;
  }

  private static double[] mean(double[][] draws) {
    double[] mean = new double[draws[0].length];
    for (double[] draw : draws) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += draw[i] / draws.length;
      }
    }
    return mean;
  }

  private static double totalVariance(double[][] draws) {
    double[] mean = mean(draws);
    double sum = 0;
    for (double[] draw : draws) {
      for (int i = 0; i < mean.length; i++) {
        sum += Math.pow(draw[i] - mean[i], 2);
      }
    }
    return sum / (draws.length - 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Estimator.class,
      names = {"IID", "IID_SPARSE", "STRATIFIED"})
  void the_mean_gradient_is_the_exact_one(Estimator estimator) {
    for (ModelKind kind : List.of(ModelKind.RELU_OUTPUT, ModelKind.LINEAR)) {
      requireUnbiased(kind, estimator, FeatureDistribution.independent(4, 0.15));
      requireUnbiased(
          kind,
          estimator,
          new FeatureDistribution(
              new double[] {0.4, 0.05, 0.15, 0.1}, Coupling.INDEPENDENT, List.of(), false));
    }
  }

  private static void requireUnbiased(
      ModelKind kind, Estimator estimator, FeatureDistribution inputs) {
    int n = 4;
    ReferenceModel model = random(kind, n, 2, 0.1);
    Task task = new Task(inputs, Importance.geometric(n, 0.9));
    TrainingPlan plan = TrainingPlan.notebook().withBatch(64).withSeed(3).withEstimator(estimator);
    double[][] draws = gradients(model, task, plan, 20_000);
    double[] dw = new double[n * 2];
    double[] db = new double[n];
    ExpectedLoss.of(model.shape, task).lossAndGradient(model.encoder, model.biases, dw, db);
    // The loss does not change when W turns, so one of the 12 derivatives follows from the others.
    int free = 2 * n + n - 1;
    double[] error = mean(draws);
    for (int i = 0; i < free + 1; i++) {
      error[i] -= (i < 2 * n ? dw[i] : db[i - 2 * n]) / n;
    }
    double t2 = hotelling(draws, error, free);
    assertTrue(t2 < CHI_SQUARED_11_DEGREES_999, "%s %s: T² = %s".formatted(estimator, kind, t2));
  }

  /** errorᵀ (C / draws)⁻¹ error over all parameters but the first, by Cholesky. */
  private static double hotelling(double[][] draws, double[] error, int free) {
    double[] mean = mean(draws);
    double[][] l = new double[free][free];
    for (double[] draw : draws) {
      for (int i = 0; i < free; i++) {
        for (int j = 0; j <= i; j++) {
          l[i][j] += (draw[i + 1] - mean[i + 1]) * (draw[j + 1] - mean[j + 1]);
        }
      }
    }
    double scale = 1.0 / draws.length / (draws.length - 1);
    double t2 = 0;
    double[] solved = new double[free];
    for (int i = 0; i < free; i++) {
      solved[i] = error[i + 1];
      for (int j = 0; j <= i; j++) {
        double sum = l[i][j] * scale;
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
        solved[i] -= j < i ? l[i][j] * solved[j] : 0;
      }
      solved[i] /= l[i][i];
      t2 += solved[i] * solved[i];
    }
    return t2;
  }

  /** How many times smaller the stratified gradient's variance is, at the least. */
  @ParameterizedTest
  @CsvSource({"0.001, 300", "0.01, 3", "0.1, 1"})
  void the_stratified_gradient_has_less_noise(double density, double times) {
    ReferenceModel model = random(ModelKind.RELU_OUTPUT, 20, 5, 0.02);
    for (int i = 0; i < model.encoder.length; i++) {
      model.encoder[i] *= 0.5;
    }
    Task task =
        new Task(FeatureDistribution.independent(20, density), Importance.geometric(20, 0.9));
    TrainingPlan plan = TrainingPlan.notebook().withSeed(3);
    double iid = totalVariance(gradients(model, task, plan, 400));
    double sparse =
        totalVariance(gradients(model, task, plan.withEstimator(Estimator.IID_SPARSE), 400));
    double stratified = totalVariance(gradients(model, task, plan.stratified(0), 400));
    assertTrue(iid > times * stratified, "variance %s and %s".formatted(iid, stratified));
    // Sample variances of 400 draws: their ratio stays within 40 % of 1.
    assertEquals(0, Math.log(sparse / iid), Math.log(1.4), "iid-sparse has the noise of iid");
  }
}
