package toymodels.backend.reference;

import java.util.Optional;
import toymodels.backend.exact.ExactTrainer;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Determinism;
import toymodels.train.GradientEstimator;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;

/** The truth: plain loops in double, one model after the other. Slow, and meant to be read. */
public final class ReferenceBackend implements Backend {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "plain loops in double precision, one thread";
  }

  @Override
  public Determinism determinism() {
    return Determinism.REFERENCE;
  }

  @Override
  public TrainedBy trainedBy(Study study) {
    return study.plan().estimator() == GradientEstimator.EXACT
        ? ExactTrainer.TRAINED_BY
        : Backend.super.trainedBy(study);
  }

  @Override
  public Trainer start(Study study, ModelSlice range, Optional<Checkpoint> from) {
    return study.plan().estimator() == GradientEstimator.EXACT
        ? new ExactTrainer(study, range, from)
        : new ReferenceTrainer(study, range, from);
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
