package toymodels.backend.reference;

import java.util.Arrays;
import java.util.Optional;
import toymodels.model.ModelBatch;
import toymodels.train.Checkpoint;
import toymodels.train.Divergence;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * Trains with {@link ReferenceModel}: draws the samples that every backend draws, takes the
 * gradient of the mean loss by {@link StepGradient}, updates by AdamW, all in double. Its
 * checkpoints are rounded to float.
 */
final class ReferenceTrainer implements Trainer {
  private final Study study;
  private final ModelSlice range;
  private final ReferenceModel[] weights;
  private final ReferenceModel[] firstMoments;
  private final ReferenceModel[] secondMoments;
  private final float[] losses;
  private final int[] divergedAt;
  private int step;

  ReferenceTrainer(Study study, ModelSlice range, Optional<Checkpoint> from) {
    this.study = study;
    this.range = range;
    Checkpoint start =
        from.map(c -> c.requireFits(study, range))
            .orElseGet(() -> Checkpoint.initial(study, range));
    weights = models(start.weights());
    firstMoments = models(start.firstMoments());
    secondMoments = models(start.secondMoments());
    losses = start.losses().clone();
    divergedAt = start.divergedAt().clone();
    step = start.step();
  }

  private static ReferenceModel[] models(ModelBatch batch) {
    ReferenceModel[] models = new ReferenceModel[batch.models()];
    Arrays.setAll(models, k -> ReferenceModel.of(batch, k));
    return models;
  }

  @Override
  public void advance(int steps) {
    Trainer.requireWithinPlan(step, steps, study.plan());
    for (int i = 0; i < steps; i++) {
      for (int k = 0; k < range.count(); k++) {
        if (divergedAt[k] == Checkpoint.NOT_DIVERGED) {
          stepModel(k);
        }
      }
      step++;
      if (Divergence.testedAfter(step, study.plan())) {
        freezeDiverged();
      }
    }
  }

  private void stepModel(int k) {
    TrainingPlan plan = study.plan();
    ReferenceModel gradient = new ReferenceModel(study.shape());
    losses[k] = (float) new StepGradient(study, range.first() + k, weights[k], step).loss(gradient);
    AdamReference.update(
        plan.adam(),
        step,
        plan.learningRate(step),
        weights[k],
        gradient,
        firstMoments[k],
        secondMoments[k]);
  }

  private void freezeDiverged() {
    ModelBatch w = round(weights);
    ModelBatch m = round(firstMoments);
    ModelBatch v = round(secondMoments);
    for (int k = 0; k < range.count(); k++) {
      if (divergedAt[k] == Checkpoint.NOT_DIVERGED && Divergence.diverged(w, m, v, k)) {
        divergedAt[k] = step;
      }
    }
  }

  private ModelBatch round(ReferenceModel[] models) {
    ModelBatch batch = new ModelBatch(study.shape(), models.length);
    for (int k = 0; k < models.length; k++) {
      models[k].roundInto(batch, k);
    }
    return batch;
  }

  @Override
  public int stepsTaken() {
    return step;
  }

  @Override
  public float[] losses() {
    return losses.clone();
  }

  @Override
  public ModelBatch snapshot() {
    return round(weights);
  }

  @Override
  public Checkpoint checkpoint() {
    return new Checkpoint(
        step,
        round(weights),
        round(firstMoments),
        round(secondMoments),
        losses.clone(),
        divergedAt.clone());
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
