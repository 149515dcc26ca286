package toymodels.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** What is printed as a loss, a best, a tie and a median. */
class EvaluationTest {
  private static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_OUTPUT, 5, 2);
  private static final double DENSITY = 0.05;

  private static Study study(int tasks, int replicas, long seed) {
    Task task = Task.equallyImportant(FeatureDistribution.independent(5, DENSITY));
    return new Study(
        SHAPE, Collections.nCopies(tasks, task), replicas, TrainingPlan.notebook().withSeed(seed));
  }

  /** Pentagons near the optimum of five equal features at density .05, each a little off it. */
  private static ModelBatch pentagons(int models) {
    Random random = new Random(5);
    ModelBatch batch = new ModelBatch(SHAPE, models);
    for (int k = 0; k < models; k++) {
      for (int i = 0; i < 5; i++) {
        double angle = 2 * Math.PI * i / 5;
        batch.encoder()[k * 10 + 2 * i] = (float) (1.1346 * Math.cos(angle));
        batch.encoder()[k * 10 + 2 * i + 1] = (float) (1.1346 * Math.sin(angle));
        batch.biases()[k * 5 + i] = (float) (-0.2463 + 1e-3 * random.nextGaussian());
      }
    }
    return batch;
  }

  private static EvaluatedLosses evaluated(Study study, ModelBatch batch, Evaluation evaluation) {
    LossEstimates losses = evaluation.losses(study, ModelSlice.all(study), batch);
    LossEstimates fresh = LossEstimates.unmeasured(study.models());
    for (int model : evaluation.finalists(study, losses)) {
      fresh.put(model, evaluation.freshLoss(study, model, batch.slice(model, 1)));
    }
    return new EvaluatedLosses(evaluation.method(), evaluation.samples(), losses, fresh);
  }

  /**
   * The best of many models is quoted by samples that did not select it: over ten tasks of 40
   * models, never more than three standard errors below the exact optimum of the shape.
   */
  @Test
  void no_best_loss_is_below_the_exact_optimum() {
    Study study = study(10, 40, 7);
    ModelBatch batch = pentagons(400);
    EvaluatedLosses losses =
        evaluated(study, batch, new Evaluation(Evaluation.Method.HELD_OUT, 1 << 13));
    double optimum = RegularMinimum.of(Polytope.PENTAGON, DENSITY).loss();
    for (int task = 0; task < 10; task++) {
      int best = losses.ranked(task * 40, 40)[0];
      assertTrue(losses.isFresh(best));
      double z = (losses.loss(best) - optimum) / losses.standardError(best);
      assertTrue(z > -3, "task %d: %s standard errors above the optimum".formatted(task, z));
    }
  }

  @Test
  void models_of_a_task_share_samples_and_no_neighbour_changes_them() {
    Study study = study(2, 3, 11);
    ModelBatch batch = new ModelBatch(SHAPE, 6);
    ModelBatch one = pentagons(1);
    for (int k = 0; k < 6; k++) {
      System.arraycopy(one.encoder(), 0, batch.encoder(), 10 * k, 10);
      System.arraycopy(one.biases(), 0, batch.biases(), 5 * k, 5);
    }
    Evaluation evaluation = new Evaluation(Evaluation.Method.HELD_OUT, 5000);
    double[] all = evaluation.losses(study, ModelSlice.all(study), batch).means();
    assertEquals(all[0], all[1]);
    assertEquals(all[0], all[2]);
    assertEquals(all[3], all[5]);
    assertTrue(all[0] != all[3], "tasks have samples of their own");
    double[] shard = evaluation.losses(study, new ModelSlice(1, 4), batch.slice(1, 4)).means();
    assertArrayEquals(Arrays.copyOfRange(all, 1, 5), shard);
    double fresh = evaluation.freshLoss(study, 0, batch.slice(0, 1)).means()[0];
    assertTrue(fresh != all[0], "fresh samples are others");
  }

  /** The standard error against the spread over 200 seeds; its own error is 5 % at 200. */
  @Test
  void the_standard_error_is_the_spread_over_seeds() {
    ModelBatch batch = pentagons(1);
    Evaluation evaluation = new Evaluation(Evaluation.Method.HELD_OUT, 2048);
    double[] losses = new double[200];
    double errors = 0;
    for (int seed = 0; seed < losses.length; seed++) {
      Study study = study(1, 1, seed);
      LossEstimates loss = evaluation.losses(study, ModelSlice.all(study), batch);
      losses[seed] = loss.means()[0];
      errors += loss.standardErrors()[0] / losses.length;
    }
    double mean = Arrays.stream(losses).average().orElseThrow();
    double spread = Math.sqrt(Arrays.stream(losses).map(l -> (l - mean) * (l - mean)).sum() / 199);
    assertEquals(1, spread / errors, 0.2);
  }

  @Test
  void a_diverged_model_has_no_loss_and_is_never_best() {
    Study study = study(1, 3, 1);
    ModelBatch batch = pentagons(3);
    batch.encoder()[10] = Float.NaN;
    for (Evaluation evaluation :
        List.of(
            new Evaluation(Evaluation.Method.EXACT, 0),
            new Evaluation(Evaluation.Method.HELD_OUT, 4096))) {
      EvaluatedLosses losses = evaluated(study, batch, evaluation);
      assertTrue(Double.isNaN(losses.loss(1)));
      assertTrue(IntStream.of(losses.ranked(0, 3)).noneMatch(k -> k == 1));
    }
  }

  @Test
  void ties_are_within_two_errors_and_the_median_is_the_middle() {
    LossEstimates first =
        new LossEstimates(
            new double[] {1.00, 1.02, 1.20, 1.01}, new double[] {0.01, 0.01, 0.01, 0.01});
    EvaluatedLosses losses =
        new EvaluatedLosses(Evaluation.Method.HELD_OUT, 100, first, LossEstimates.unmeasured(4));
    int[] ranked = losses.ranked(0, 4);
    assertArrayEquals(new int[] {0, 3, 1, 2}, ranked);
    assertEquals(3, losses.ties(ranked));
    assertEquals(1.015, losses.median(ranked), 1e-12);
  }

  @Test
  void samples_go_down_as_models_go_up() {
    assertEquals(HeldOutLoss.SAMPLES, Evaluation.usualSamples(1));
    assertEquals(HeldOutLoss.SAMPLES, Evaluation.usualSamples(256));
    assertEquals(HeldOutLoss.SAMPLES / 2, Evaluation.usualSamples(257));
    assertEquals(1 << 12, Evaluation.usualSamples(1_000_000));
  }
}
