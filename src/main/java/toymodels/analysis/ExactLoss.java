package toymodels.analysis;

import java.util.OptionalDouble;
import java.util.stream.IntStream;
import toymodels.backend.exact.ExpectedLoss;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelShape;
import toymodels.train.Study;

/**
 * The loss that {@link HeldOutLoss} estimates, exactly: E Σᵢ Iᵢ (xᵢ − x'ᵢ)² by {@link
 * ExpectedLoss}, for trained linear and ReLU-output models of few features.
 */
public final class ExactLoss {
  /** Up to this many features the exact loss costs less than a sampled one. */
  private static final int CHEAP_FEATURES = 8;

  private ExactLoss() {}

  /** Whether there is an exact loss, and it costs less than a sampled one. */
  public static boolean isCheap(ModelShape shape, Task task) {
    return shape.features() <= CHEAP_FEATURES && ExpectedLoss.supports(shape, task);
  }

  /**
   * Does nothing where there is an exact loss of a task.
   *
   * @throws IllegalArgumentException if {@link ExpectedLoss#of} refuses, saying why
   */
  public static void require(ModelShape shape, Task task) {
    ExpectedLoss.of(shape, task);
  }

  /**
   * The exact loss of every model of a study, (models), a sum over features.
   *
   * @throws IllegalArgumentException if {@link ExpectedLoss#of} refuses
   */
  public static double[] of(Study study, ModelBatch batch) {
    return IntStream.range(0, batch.models())
        .parallel()
        .mapToDouble(k -> of(study.task(k), batch, k))
        .toArray();
  }

  /** The exact loss of one model of a batch, for any task of its number of features. */
  public static double of(Task task, ModelBatch batch, int model) {
    return ExpectedLoss.of(batch.shape(), task).loss(weights(batch, model), biases(batch, model));
  }

  /** The exact loss of one model, if that is cheap and the model is finite. */
  public static OptionalDouble ofFinite(Task task, ModelBatch batch, int model) {
    return isCheap(batch.shape(), task) && batch.isFinite(model)
        ? OptionalDouble.of(of(task, batch, model))
        : OptionalDouble.empty();
  }

  /**
   * The loss by how many features are active, (features + 1): they sum to the loss (Elhage et al.
   * 2022, Mathematical Understanding).
   */
  public static double[] byActiveCount(Task task, ModelBatch batch, int model) {
    return ExpectedLoss.truncated(batch.shape(), task, task.features())
        .lossByActiveCount(weights(batch, model), biases(batch, model));
  }

  private static double[] weights(ModelBatch batch, int model) {
    return Geometry.of(batch, model).vectors();
  }

  private static double[] biases(ModelBatch batch, int model) {
    int n = batch.shape().features();
    double[] b = new double[n];
    for (int i = 0; i < n; i++) {
      b[i] = batch.biases()[model * n + i];
    }
    return b;
  }
}
