package toymodels.backend.cpu;

import java.util.Optional;
import java.util.function.Supplier;
import toymodels.backend.cpu.internal.dense.ModelTrainer;
import toymodels.backend.cpu.internal.dense.StepAllocation;
import toymodels.backend.cpu.internal.dense.WorkerPool;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.InMemoryTrainer;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/**
 * Trains the models of a range, dealt one by one to the threads of a {@link WorkerPool}; large
 * models that are left over, fewer than threads, all threads train together.
 */
final class CpuTrainer extends InMemoryTrainer {
  private final Study study;
  private final ModelSlice range;
  private final WorkerPool crew;
  private final ModelTrainer[] trainers;
  private final Optional<ModelTrainer> together;
  private final int alone;

  /**
   * @param ofThread makes the trainer of one thread
   * @param ofAll makes one that uses all threads, where that pays
   */
  CpuTrainer(
      Supplier<ModelTrainer> ofThread,
      Optional<Supplier<ModelTrainer>> ofAll,
      WorkerPool crew,
      Study study,
      ModelSlice range,
      Optional<Checkpoint> from) {
    super(study, range, from);
    this.study = study;
    this.range = range;
    this.crew = crew;
    int left = range.count() % crew.threads();
    together = left > 0 ? ofAll.map(Supplier::get) : Optional.empty();
    alone = together.isPresent() ? range.count() - left : range.count();
    trainers = new ModelTrainer[Math.min(crew.threads(), alone)];
    for (int i = 0; i < trainers.length; i++) {
      trainers[i] = ofThread.get();
    }
  }

  @Override
  protected void advance(Checkpoint state, int steps) {
    int from = state.step();
    Adam.Update[] updates = new Adam.Update[steps];
    for (int i = 0; i < steps; i++) {
      updates[i] = study.plan().adam().update(from + i, study.plan().learningRate(from + i));
    }
    crew.parallelFor(
        alone,
        trainers.length,
        (thread, model) -> counted(trainers[thread], state, model, from, updates));
    for (int model = alone; model < range.count(); model++) {
      counted(together.orElseThrow(), state, model, from, updates);
    }
  }

  private static void counted(
      ModelTrainer trainer, Checkpoint state, int model, int from, Adam.Update[] updates) {
    long before = StepAllocation.before();
    trainer.advance(state, model, from, updates);
    StepAllocation.after(before, updates.length);
  }
}
