package toymodels.backend.cpu.internal.sparse;

import java.util.function.Consumer;
import toymodels.data.SparseInputs;
import toymodels.data.SparseSamples;
import toymodels.data.Task;

/** The batches of the estimator iid-sparse, block by block. */
public final class SparseBatch {
  private final int batch;
  private final SparseSamples active = new SparseSamples();
  private SparseInputs inputs;

  public SparseBatch(int batch) {
    this.batch = batch;
  }

  public void use(Task task) {
    inputs = new SparseInputs(task.inputs());
  }

  /**
   * Draws one batch.
   *
   * @param block takes the samples of one block that have active features
   * @return how many samples have none
   */
  public int draw(long key, int step, Consumer<SparseSamples> block) {
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
