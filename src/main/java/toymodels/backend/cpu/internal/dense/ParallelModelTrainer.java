package toymodels.backend.cpu.internal.dense;

import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/**
 * Takes steps of one large model by all threads of a crew: they share its samples, then the
 * gradients of its weights. Every sum is taken by one thread in its one order, so the bits are
 * those of a single thread.
 */
public final class ParallelModelTrainer implements ModelTrainer {
  /** Weights times samples of a step below which meeting twice a step costs more than it saves. */
  private static final long WORTH_MEETING = 500_000;

  private final WorkerPool crew;
  private final Study study;
  private final ModelSlice range;
  private final ModelState model;
  private final ParallelStep step;

  public ParallelModelTrainer(Kernels kernels, WorkerPool crew, Study study, ModelSlice range) {
    this.crew = crew;
    this.study = study;
    this.range = range;
    model = new ModelState(kernels, study.shape(), study.plan());
    step = new ParallelStep(kernels, study.shape(), study.plan(), model, crew.threads());
  }

  /** True where a study's models are so large that sharing one of them pays. */
  public static boolean pays(Study study) {
    return (long) study.shape().weights() * study.plan().batch() >= WORTH_MEETING;
  }

  @Override
  public void advance(Checkpoint state, int k, int from, Adam.Update[] updates) {
    if (updates.length == 0 || state.divergedAt()[k] != Checkpoint.NOT_DIVERGED) {
      return;
    }
    model.load(state, k);
    Task task = study.task(range.first() + k);
    step.use(new Inputs(task.inputs()), task.importance());
    ParallelStepRunner steps =
        new ParallelStepRunner(step, model, state, k, from, updates, study.key(range.first() + k));
    crew.parallelFor(crew.threads(), crew.threads(), (thread, piece) -> steps.join(thread));
    model.store(state, k);
  }
}
