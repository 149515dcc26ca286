package toymodels.backend.reference;

import toymodels.data.Inputs;
import toymodels.data.SparseInputs;
import toymodels.data.SparseSamples;
import toymodels.data.Strata;
import toymodels.data.Task;
import toymodels.train.Study;
import toymodels.train.SummationOrder;
import toymodels.train.TrainingPlan;

/**
 * One model's loss and gradient at one step, as each estimator takes them: a line of the switch.
 */
final class StepGradient {
  private final TrainingPlan plan;
  private final Task task;
  private final ReferenceModel model;
  private final double[] importance;
  private final long key;
  private final int step;

  StepGradient(Study study, int id, ReferenceModel model, int step) {
    plan = study.plan();
    task = study.task(id);
    importance = task.importance().values();
    key = study.key(id);
    this.model = model;
    this.step = step;
  }

  /** The loss, the mean over features; {@code gradient} receives its derivatives, from zero. */
  double loss(ReferenceModel gradient) {
    return switch (plan.estimator()) {
      case IID -> batch(gradient);
      case IID_SPARSE -> sparseBatch(gradient);
      case STRATIFIED -> stratified(gradient);
      case EXACT -> throw new IllegalStateException("exact gradients have a trainer of their own");
    };
  }

  private double batch(ReferenceModel gradient) {
    int n = task.features();
    double scale = 1.0 / ((double) plan.batch() * n);
    Inputs inputs = new Inputs(task.inputs());
    double loss = 0;
    for (int microBatch = 0; microBatch < plan.microBatches(); microBatch++) {
      int samples =
          SummationOrder.microBatchEnd(plan, microBatch)
              - SummationOrder.microBatchStart(plan, microBatch);
      float[] x = new float[samples * n];
      inputs.draw(key, step, microBatch, samples, SummationOrder.featureLanes(model.shape), x);
      loss += model.loss(x, samples, importance, scale, gradient);
    }
    return loss * scale;
  }

  /** The samples that have an active feature, and as many zero samples as the batch lacks. */
  private double sparseBatch(ReferenceModel gradient) {
    int n = task.features();
    double scale = 1.0 / ((double) plan.batch() * n);
    SparseInputs inputs = new SparseInputs(task.inputs());
    SparseSamples active = new SparseSamples();
    double loss = 0;
    int zeros = 0;
    for (int block = 0; block < SparseInputs.blocks(plan.batch()); block++) {
      int samples = SparseInputs.samples(plan.batch(), block);
      inputs.draw(key, step, block, samples, active);
      loss += model.loss(active.dense(n), active.samples(), importance, scale, gradient);
      zeros += samples - active.samples();
    }
    return scale * (loss + zeros * nothingActive(zeros * scale, gradient));
  }

  /** Σₖ P(k active) × the mean over inputs with k: none and one exactly, several by samples. */
  private double stratified(ReferenceModel gradient) {
    int n = task.features();
    double scale = 1.0 / n;
    Strata strata = new Strata(task.inputs());
    double[] only = new double[n];
    for (int j = 0; j < n; j++) {
      only[j] = strata.only(j);
    }
    double loss = strata.none() * nothingActive(strata.none() * scale, gradient);
    loss += OneActive.loss(model, only, importance, scale, gradient);
    int samples =
        plan.stratifiedSamples() > 0 ? plan.stratifiedSamples() : strata.samples(plan.batch());
    SparseSamples several = new SparseSamples();
    strata.draw(key, step, samples, several);
    double weight = strata.several() / samples;
    float[] x = several.dense(n);
    loss += weight * model.loss(x, several.samples(), importance, weight * scale, gradient);
    return scale * loss;
  }

  private double nothingActive(double scale, ReferenceModel gradient) {
    return model.loss(new float[task.features()], 1, importance, scale, gradient);
  }
}
