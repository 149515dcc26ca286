package toymodels.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import toymodels.backend.reference.ReferenceModel;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

class LossTest {
  private static final double ROUNDING = 1e-12;

  private static ModelBatch random(ModelShape shape, int models, long seed) {
    Random random = new Random(seed);
    ModelBatch batch = new ModelBatch(shape, models);
    for (float[] part : List.of(batch.encoder(), batch.decoder(), batch.biases())) {
      for (int i = 0; i < part.length; i++) {
        part[i] = (float) (0.7 * random.nextGaussian() * (part == batch.biases() ? 0.3 : 1));
      }
    }
    return batch;
  }

  @Test
  void held_out_loss_is_that_of_the_reference_on_the_held_out_samples() {
    for (ModelKind kind : ModelKind.values()) {
      ModelShape shape = new ModelShape(kind, 7, 3);
      FeatureDistribution inputs = FeatureDistribution.independent(7, 0.1);
      Task task =
          new Task(
              kind.targetsAbsoluteValue() ? inputs.withSigns() : inputs,
              Importance.geometric(7, 0.8));
      Study study = new Study(shape, List.of(task), 3, TrainingPlan.notebook());
      ModelBatch batch = random(shape, 2, 4);
      int samples = 2 * HeldOutLoss.BLOCK + 300;
      LossEstimates measured =
          HeldOutLoss.of(study, new ModelSlice(1, 2), batch, samples, HeldOutLoss.Samples.COMMON);
      for (int k = 0; k < 2; k++) {
        ReferenceModel reference = ReferenceModel.of(batch, k);
        double sum = 0;
        for (int block = 0; block < 3; block++) {
          int count = block < 2 ? HeldOutLoss.BLOCK : 300;
          float[] x = new float[7 * count];
          new Inputs(task.inputs()).drawHeldOut(study.evaluationKey(0), block, count, x);
          sum += reference.loss(x, count, task.importance().values(), 1, null);
        }
        assertEquals(sum / samples, measured.means()[k], ROUNDING * sum);
      }
    }
  }

  @Test
  void held_out_loss_refuses_models_of_another_study() {
    ModelShape shape = new ModelShape(ModelKind.LINEAR, 3, 2);
    Task task = Task.equallyImportant(FeatureDistribution.independent(3, 0.5));
    Study study = new Study(shape, List.of(task), 2, TrainingPlan.notebook());
    assertThrows(
        IllegalArgumentException.class, () -> HeldOutLoss.of(study, new ModelBatch(shape, 1)));
  }

  /**
   * Sampled against exact. For each case the standard error is estimated from the blocks, and |z|
   * under 4 is asked of 20 cases: chance fails one in a thousand, and the draws are fixed.
   */
  @Test
  void exact_loss_lies_within_four_standard_errors_of_a_million_samples() {
    Random random = new Random(21);
    for (int c = 0; c < 20; c++) {
      FeatureDistribution inputs = inputs(c, random);
      int n = inputs.features();
      ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, n, 1 + random.nextInt(3));
      Task task = new Task(inputs, new Importance(random.doubles(n, 0.1, 2).toArray()));
      ModelBatch batch = random(shape, 1, c);
      double exact = ExactLoss.of(task, batch, 0);
      int runs = 64;
      double sum = 0;
      double squares = 0;
      for (int run = 0; run < runs; run++) {
        Study study =
            new Study(shape, List.of(task), 1, TrainingPlan.notebook().withSeed(100 * c + run));
        double loss =
            HeldOutLoss.of(study, ModelSlice.all(study), batch, 1 << 14, HeldOutLoss.Samples.COMMON)
                .means()[0];
        sum += loss;
        squares += loss * loss;
      }
      double mean = sum / runs;
      double error = Math.sqrt((squares / runs - mean * mean) / (runs - 1));
      double z = (mean - exact) / error;
      assertTrue(
          Math.abs(z) < 4, "case %d: exact %s, sampled %s, z %s".formatted(c, exact, mean, z));
    }
  }

  private static FeatureDistribution inputs(int c, Random random) {
    return switch (c % 4) {
      case 0 -> FeatureDistribution.coupled(Coupling.CORRELATED, 2, 3, random.nextDouble());
      case 1 -> FeatureDistribution.coupled(Coupling.ANTICORRELATED, 2, 2, random.nextDouble());
      default ->
          new FeatureDistribution(
              random.doubles(1 + random.nextInt(6), 0.01, 1).toArray(),
              Coupling.INDEPENDENT,
              List.of(),
              false);
    };
  }

  @Test
  void losses_by_active_count_sum_to_the_loss() {
    ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, 5, 2);
    Task task = new Task(FeatureDistribution.independent(5, 0.2), Importance.geometric(5, 0.9));
    ModelBatch batch = random(shape, 2, 9);
    Study study = new Study(shape, List.of(task), 2, TrainingPlan.notebook());
    double[] exact = ExactLoss.of(study, batch);
    double[] sums = new double[2];
    for (int k = 0; k < 2; k++) {
      for (double part : ExactLoss.byActiveCount(task, batch, k)) {
        sums[k] += part;
      }
    }
    assertArrayEquals(exact, sums, ROUNDING);
  }
}
