package toymodels.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Initialization.Scheme;

class PlanTest {
  private static Study study(ModelShape shape, int replicas, TrainingPlan plan) {
    int n = shape.features();
    Task task = Task.equallyImportant(FeatureDistribution.independent(n, 0.5));
    return new Study(shape, List.of(task, task), replicas, plan);
  }

  @Test
  void schedules_are_the_notebooks() {
    TrainingPlan plan = TrainingPlan.notebook().withSteps(100);
    assertEquals(1e-3, plan.learningRate(0));
    assertEquals(1e-3, plan.learningRate(99));
    TrainingPlan linear = plan.withSchedule(Schedule.LINEAR);
    assertEquals(1e-3, linear.learningRate(0));
    assertEquals(1e-5, linear.learningRate(99), 1e-18);
    TrainingPlan cosine = plan.withSchedule(Schedule.COSINE);
    assertEquals(1e-3 * Math.cos(Math.PI / 4), cosine.learningRate(99 / 2), 1e-5);
    assertEquals(0, cosine.learningRate(99), 1e-18);
  }

  @Test
  void warm_up_rises_to_the_full_rate_and_hands_over_to_the_schedule() {
    TrainingPlan plan =
        TrainingPlan.notebook().withSteps(100).withWarmup(10).withSchedule(Schedule.LINEAR);
    assertEquals(1e-4, plan.learningRate(0), 1e-18);
    assertEquals(1e-3, plan.learningRate(9), 1e-18);
    assertEquals(1e-3, plan.learningRate(10), 1e-18);
    assertEquals(1e-3 / 90, plan.learningRate(99), 1e-18);
  }

  @Test
  void schemes_have_the_published_deviations_for_the_papers_shapes() {
    assertEquals(.2582, Initialization.of(Scheme.NOTEBOOK, 10).std(shape(5, 2)), 5e-5);
    assertEquals(.02887, Initialization.of(Scheme.NOTEBOOK, 20).std(shape(100, 20)), 5e-6);
    assertEquals(.02132, Initialization.of(Scheme.NOTEBOOK, 20).std(shape(200, 20)), 5e-6);
  }

  private static ModelShape shape(int features, int hidden) {
    return new ModelShape(ModelKind.RELU_OUTPUT, features, hidden);
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void initial_weights_have_mean_zero_and_the_schemes_deviation(Scheme scheme) {
    ModelShape shape = new ModelShape(ModelKind.ABSOLUTE_VALUE, 7, 3);
    Initialization initialization = new Initialization(scheme, 0.05, 10, 0.25);
    int replicas = 2000;
    Study study =
        study(shape, replicas, TrainingPlan.notebook().withInitialization(initialization));
    ModelBatch batch = InitialWeights.of(study, ModelSlice.all(study));
    for (float[] weights : List.of(batch.encoder(), batch.decoder())) {
      double sum = 0;
      double squares = 0;
      double fourth = 0;
      for (float w : weights) {
        sum += w;
        squares += (double) w * w;
        fourth += Math.pow(w, 4);
      }
      double variance = squares / weights.length;
      double std = initialization.std(shape);
      assertEquals(0, sum / weights.length, 5 * std / Math.sqrt(weights.length));
      assertEquals(std, Math.sqrt(variance), 0.01 * std);
      assertEquals(3, fourth / weights.length / (variance * variance), 0.1, "kurtosis of a normal");
    }
    float[] biases = new float[batch.biases().length];
    Arrays.fill(biases, 0.25f);
    assertArrayEquals(biases, batch.biases());
  }

  @Test
  void biases_at_the_mean_target_keep_outputs_alive_that_weights_alone_leave_dead() {
    ModelShape shape = new ModelShape(ModelKind.ABSOLUTE_VALUE, 100, 40);
    Initialization weights = Initialization.fixed(0.005);
    double density = 0.001;
    int replicas = 20;
    double dead = shareOfDeadOutputs(shape, replicas, weights);
    double deviation = Math.sqrt(3.0 / 16 / (replicas * shape.features()));
    assertEquals(0.25, dead, 5 * deviation, "negative for both signs of the feature");
    assertEquals(0, shareOfDeadOutputs(shape, replicas, weights.withBias(density / 2)));
  }

  /** Outputs whose pre-activation is negative for their own feature, at 1 and at −1. */
  private static double shareOfDeadOutputs(
      ModelShape shape, int replicas, Initialization initialization) {
    Study study =
        study(shape, replicas, TrainingPlan.notebook().withInitialization(initialization));
    ModelBatch batch = InitialWeights.of(study, ModelSlice.all(study));
    int dead = 0;
    for (int i = 0; i < batch.biases().length; i++) {
      double positive = batch.biases()[i];
      double negative = batch.biases()[i];
      for (int a = i * shape.hidden(); a < (i + 1) * shape.hidden(); a++) {
        positive += batch.decoder()[a] * Math.max(batch.encoder()[a], 0);
        negative += batch.decoder()[a] * Math.max(-batch.encoder()[a], 0);
      }
      dead += positive < 0 && negative < 0 ? 1 : 0;
    }
    return dead / (double) batch.biases().length;
  }

  @Test
  void initial_weights_of_a_model_do_not_depend_on_its_neighbours() {
    Study study = study(shape(3, 3), 5, TrainingPlan.notebook());
    ModelBatch all = InitialWeights.of(study, ModelSlice.all(study));
    ModelBatch part = InitialWeights.of(study, new ModelSlice(4, 3));
    assertArrayEquals(all.slice(4, 3).encoder(), part.encoder());
  }

  @Test
  void micro_batches_cover_the_batch_once() {
    TrainingPlan plan = TrainingPlan.notebook().withBatch(100).withMicroBatches(7);
    assertEquals(0, SummationOrder.microBatchStart(plan, 0));
    for (int t = 0; t < 6; t++) {
      assertEquals(
          SummationOrder.microBatchEnd(plan, t), SummationOrder.microBatchStart(plan, t + 1));
    }
    assertEquals(100, SummationOrder.microBatchEnd(plan, 6));
  }

  @Test
  void impossible_plans_are_refused_at_the_door() {
    TrainingPlan plan = TrainingPlan.notebook();
    assertThrows(IllegalArgumentException.class, () -> plan.withSteps(0));
    assertThrows(IllegalArgumentException.class, () -> plan.withBatch(0));
    assertThrows(IllegalArgumentException.class, () -> plan.withWarmup(10_001));
    assertThrows(IllegalArgumentException.class, () -> plan.withMicroBatches(1025));
    assertThrows(IllegalArgumentException.class, () -> plan.stratified(-1));
    assertEquals(
        0,
        plan.stratified(8).withEstimator(GradientEstimator.IID).stratifiedSamples(),
        "of stratified");
    assertThrows(
        IllegalArgumentException.class,
        () ->
            study(
                new ModelShape(ModelKind.ABSOLUTE_VALUE, 2, 2),
                1,
                plan.withEstimator(GradientEstimator.STRATIFIED)));
    assertThrows(IllegalArgumentException.class, () -> Adam.adam(0));
    assertThrows(IllegalArgumentException.class, () -> Adam.adam(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> Initialization.fixed(-1));
    for (double bias : new double[] {Double.NaN, 1e7, Double.NEGATIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> Initialization.notebook().withBias(bias));
    }
    assertThrows(IllegalArgumentException.class, () -> study(shape(2, 2), 0, plan));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Study(
                shape(3, 2),
                List.of(Task.equallyImportant(FeatureDistribution.independent(2, 1))),
                1,
                plan));
  }
}
