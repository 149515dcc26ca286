package toymodels.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
import toymodels.train.GradientEstimator;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** Every estimator has the exact gradient as its mean; they differ in variance as they should. */
class EstimatorsTest {
  /** Hotelling's T² of 11, 12 or 18 numbers of many draws is above this once in 1,000 times. */
  private static final double CHI_SQUARED_11_DEGREES_999 = 31.26;

  private static final double CHI_SQUARED_12_DEGREES_999 = 32.91;
  private static final double CHI_SQUARED_18_DEGREES_999 = 42.31;

  private static final int DRAWS = 20_000;

  /** Gradients of many draws, (draws, parameters): encoder, decoder if untied, biases. */
  private static double[][] gradients(
      ReferenceModel model, Task task, TrainingPlan plan, int draws) {
    Study study = new Study(model.shape, List.of(task), 1, plan);
    int w = model.encoder.length;
    int all = (int) model.shape.parameters();
    double[][] gradients = new double[draws][all];
    for (int t = 0; t < draws; t++) {
      ReferenceModel gradient = new ReferenceModel(model.shape);
      new StepGradient(study, 0, model, t).loss(gradient);
      int biases = model.biases.length;
      System.arraycopy(gradient.decoder, 0, gradients[t], all - biases - w, w);
      System.arraycopy(gradient.encoder, 0, gradients[t], 0, w);
      System.arraycopy(gradient.biases, 0, gradients[t], all - biases, biases);
    }
    return gradients;
  }

  private static ReferenceModel random(ModelKind kind, int n, int m, double biasScale) {
    ReferenceModel model = new ReferenceModel(new ModelShape(kind, n, m));
    Random random = new Random(31);
    for (int i = 0; i < model.encoder.length; i++) {
      model.encoder[i] = 0.6 * random.nextGaussian();
    }
    for (int i = 0; i < model.decoder.length && !kind.tied(); i++) {
      model.decoder[i] = 0.6 * random.nextGaussian();
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
      value = GradientEstimator.class,
      names = {"IID", "IID_SPARSE", "STRATIFIED"})
  void the_mean_gradient_is_the_exact_one(GradientEstimator estimator) {
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
      ModelKind kind, GradientEstimator estimator, FeatureDistribution inputs) {
    int n = 4;
    ReferenceModel model = random(kind, n, 2, 0.1);
    Task task = new Task(inputs, Importance.geometric(n, 0.9));
    TrainingPlan plan = TrainingPlan.notebook().withBatch(64).withSeed(3).withEstimator(estimator);
    double[][] draws = gradients(model, task, plan, DRAWS);
    double[] dw = new double[n * 2];
    double[] db = new double[n];
    ExpectedLoss.of(model.shape, task).lossAndGradient(model.encoder, model.biases, dw, db);
    // The loss does not change when W turns, so one of the 12 derivatives follows from the others.
    int free = 2 * n + n - 1;
    double[] error = mean(draws);
    for (int i = 0; i < free + 1; i++) {
      error[i] -= (i < 2 * n ? dw[i] : db[i - 2 * n]) / n;
    }
    double t2 = hotelling(draws, error, IntStream.rangeClosed(1, free).toArray());
    assertTrue(t2 < CHI_SQUARED_11_DEGREES_999, "%s %s: T² = %s".formatted(estimator, kind, t2));
  }

  /**
   * Where hidden units have a ReLU there is no exact gradient: draws of both estimators are taken
   * in pairs, and their difference has the mean 0.
   */
  @ParameterizedTest
  @CsvSource({
    "RELU_HIDDEN, INDEPENDENT, false",
    "RELU_HIDDEN, CORRELATED, true",
    "ABSOLUTE_VALUE, INDEPENDENT, true",
    "ABSOLUTE_VALUE, ANTICORRELATED, true",
  })
  void the_mean_sparse_gradient_of_hidden_relus_is_that_of_iid(
      ModelKind kind, Coupling coupling, boolean signed) {
    int n = 4;
    ReferenceModel model = random(kind, n, 2, 0.1);
    // An output that is never above zero would have no gradient, and no variance.
    Arrays.setAll(model.biases, i -> Math.abs(model.biases[i]));
    List<int[]> sets = coupling == Coupling.INDEPENDENT ? List.of() : List.of(new int[] {2, 0});
    FeatureDistribution inputs =
        new FeatureDistribution(new double[] {0.15, 0.3, 0.15, 0.4}, coupling, sets, signed);
    Task task = new Task(inputs, Importance.geometric(n, 0.9));
    TrainingPlan plan = TrainingPlan.notebook().withBatch(64).withSeed(3);
    double[][] differences = gradients(model, task, plan, DRAWS);
    double[][] sparse =
        gradients(model, task, plan.withEstimator(GradientEstimator.IID_SPARSE), DRAWS);
    for (int t = 0; t < DRAWS; t++) {
      for (int i = 0; i < differences[t].length; i++) {
        differences[t][i] -= sparse[t][i];
      }
    }
    // A neuron's input weights times c and its output weights over c change nothing, untied: one
    // derivative of each of the two follows from the others.
    int from = kind.tied() ? 0 : 2;
    int[] free = IntStream.range(from, (int) model.shape.parameters()).toArray();
    double t2 = hotelling(differences, mean(differences), free);
    double limit = kind.tied() ? CHI_SQUARED_12_DEGREES_999 : CHI_SQUARED_18_DEGREES_999;
    assertTrue(t2 < limit, "%s %s: T² = %s".formatted(kind, coupling, t2));
  }

  /** errorᵀ (C / draws)⁻¹ error over the parameters that are free, by Cholesky. */
  private static double hotelling(double[][] draws, double[] error, int[] parameters) {
    int free = parameters.length;
    double[] mean = mean(draws);
    double[][] l = new double[free][free];
    for (double[] draw : draws) {
      for (int i = 0; i < free; i++) {
        double di = draw[parameters[i]] - mean[parameters[i]];
        for (int j = 0; j <= i; j++) {
          l[i][j] += di * (draw[parameters[j]] - mean[parameters[j]]);
        }
      }
    }
    double scale = 1.0 / draws.length / (draws.length - 1);
    double t2 = 0;
    double[] solved = new double[free];
    for (int i = 0; i < free; i++) {
      solved[i] = error[parameters[i]];
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
        totalVariance(
            gradients(model, task, plan.withEstimator(GradientEstimator.IID_SPARSE), 400));
    double stratified = totalVariance(gradients(model, task, plan.stratified(0), 400));
    assertTrue(iid > times * stratified, "variance %s and %s".formatted(iid, stratified));
    // Sample variances of 400 draws: their ratio stays within 40 % of 1.
    assertEquals(0, Math.log(sparse / iid), Math.log(1.4), "iid-sparse has the noise of iid");
  }
}
