package toymodels.backend.cpu;

import toymodels.data.ActiveSamples;
import toymodels.data.SparseInputs;
import toymodels.data.Task;

/** The step of the estimator iid-sparse: the samples of a batch that have active features. */
final class SparseStep implements GramStep {
  private final GramKernels kernels;
  private final GramSums g;
  private final int batch;
  private final float gradientScale;
  private final float lossScale;
  private final ActiveSamples active = new ActiveSamples();
  private SparseInputs inputs;

  SparseStep(GramKernels kernels, GramSums sums, int batch) {
    this.kernels = kernels;
    this.g = sums;
    this.batch = batch;
    double count = (double) batch * sums.n;
    gradientScale = (float) (2 / count);
    lossScale = (float) (1 / count);
  }

  @Override
  public void use(Task task) {
    inputs = new SparseInputs(task.inputs());
    g.use(task.importance());
    g.weigh(1);
  }

  @Override
  public float gradient(long key, int step) {
    kernels.gram(g);
    g.clear();
    int zeros = 0;
    for (int block = 0; block < SparseInputs.blocks(batch); block++) {
      int samples = SparseInputs.samples(batch, block);
      inputs.draw(key, step, block, samples, active);
      kernels.samples(g, active);
      zeros += samples - active.samples();
    }
    kernels.zeros(g, zeros);
    for (int i = 0; i < g.n; i++) {
      g.biasGradient[i] *= gradientScale;
    }
    g.symmetrise();
    kernels.finish(g, gradientScale);
    return g.totalLoss() * lossScale;
  }
}
