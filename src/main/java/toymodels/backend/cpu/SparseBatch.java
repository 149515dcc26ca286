package toymodels.backend.cpu;

import java.util.function.Consumer;
import toymodels.data.ActiveSamples;
import toymodels.data.SparseInputs;
import toymodels.data.Task;

/** The batches of the estimator iid-sparse, block by block. */
final class SparseBatch {
  private final int batch;
  private final ActiveSamples active = new ActiveSamples();
  private SparseInputs inputs;

  SparseBatch(int batch) {
    this.batch = batch;
  }

  void use(Task task) {
    inputs = new SparseInputs(task.inputs());
  }

  /**
   * Draws one batch.
   *
   * @param block takes the samples of one block that have active features
   * @return how many samples have none
   */
  int draw(long key, int step, Consumer<ActiveSamples> block) {
    int zeros = 0;
    for (int b = 0; b < SparseInputs.blocks(batch); b++) {
      int samples = SparseInputs.samples(batch, b);
      inputs.draw(key, step, b, samples, active);
      block.accept(active);
      zeros += samples - active.samples();
    }
    return zeros;
  }
}
