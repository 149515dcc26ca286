package toymodels.backend.cpu.internal.gram;

import toymodels.backend.cpu.internal.sparse.SparseBatch;
import toymodels.data.Task;

/** The step of the estimator iid-sparse in Gram form. */
final class SparseStep implements GramStep {
  private final GramKernels kernels;
  private final GramSums g;
  private final SparseBatch batch;
  private final float gradientScale;
  private final float lossScale;

  SparseStep(GramKernels kernels, GramSums sums, int batch) {
    this.kernels = kernels;
    this.g = sums;
    this.batch = new SparseBatch(batch);
    double count = (double) batch * sums.n;
    gradientScale = (float) (2 / count);
    lossScale = (float) (1 / count);
  }

  @Override
  public void use(Task task) {
    batch.use(task);
    g.use(task.importance());
    g.weigh(1);
  }

  @Override
  public float gradient(long key, int step) {
    kernels.gram(g);
    g.clear();
    int zeros = batch.draw(key, step, active -> kernels.samples(g, active));
    kernels.zeros(g, zeros);
    for (int i = 0; i < g.n; i++) {
      g.biasGradient[i] *= gradientScale;
    }
    g.symmetrise();
    kernels.finish(g, gradientScale);
    return g.totalLoss() * lossScale;
  }
}
