package toymodels.train;

import java.util.List;
import toymodels.data.Philox;
import toymodels.data.Task;
import toymodels.model.ModelShape;

/**
 * Many models of one shape trained by one plan: {@code replicas} models of every task, which differ
 * in their random numbers alone. Model id = task · replicas + replica.
 *
 * @param shape kind and size of every model
 * @param tasks what to learn: density, importance and coupling may vary from task to task
 * @param replicas models of each task, at least 1
 * @param plan how every model is trained
 */
public record Study(ModelShape shape, List<Task> tasks, int replicas, TrainingPlan plan) {
  /**
   * @throws IllegalArgumentException if there is no task or no replica, over 2^31 models, a task of
   *     another number of features, or one that the plan's estimator does not serve
   */
  public Study {
    tasks = List.copyOf(tasks);
    if (tasks.isEmpty() || replicas < 1 || (long) tasks.size() * replicas > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a study of %d tasks and %d replicas: needed are 1 to 2^31 models"
              .formatted(tasks.size(), replicas));
    }
    for (int t = 0; t < tasks.size(); t++) {
      if (tasks.get(t).features() != shape.features()) {
        throw new IllegalArgumentException(
            "task %d has %d features, the models have %d: give every task one value a feature"
                .formatted(t, tasks.get(t).features(), shape.features()));
      }
      requireServed(plan.estimator(), shape, tasks.get(t), t);
    }
  }

  private static void requireServed(
      GradientEstimator estimator, ModelShape shape, Task task, int index) {
    estimator
        .unsupportedReason(shape, task)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(
                  "task %d: %s; use estimator 'iid'".formatted(index, reason));
            });
  }

  public int models() {
    return tasks.size() * replicas;
  }

  public int taskIndex(int model) {
    return model / replicas;
  }

  /** The task of a model, by id. */
  public Task task(int model) {
    return tasks.get(taskIndex(model));
  }

  /** The random key of a model, by id: a function of seed, task and replica alone. */
  public long key(int model) {
    return Philox.key(plan.seed(), taskIndex(model), model % replicas);
  }

  /**
   * The random key of the held-out samples that all models of a task are measured on: a function of
   * seed and task alone, and no model's.
   */
  public long evaluationKey(int task) {
    return Philox.key(plan.seed(), task, -1);
  }

  /**
   * The same study with {@link GradientEstimator#IID} for {@link GradientEstimator#IID_SPARSE}:
   * batches of one law, drawn whole.
   */
  public Study withDenseSampling() {
    return plan.estimator() == GradientEstimator.IID_SPARSE
        ? withPlan(plan.withEstimator(GradientEstimator.IID))
        : this;
  }

  public Study withPlan(TrainingPlan other) {
    return new Study(shape, tasks, replicas, other);
  }
}
