package toymodels.backend.cpu.internal.sparse;

import toymodels.backend.cpu.internal.dense.LayerStep;
import toymodels.backend.cpu.internal.dense.Parameters;
import toymodels.data.SparseSamples;
import toymodels.data.Task;
import toymodels.model.ModelShape;

/**
 * The step of the estimator iid-sparse where hidden units have a ReLU: samples that have active
 * features go through the layers, those that have none are summed in closed form.
 */
public final class SparseLayerStep implements LayerStep {
  private final SparseLayerKernels kernels;
  private final SparseForwardBackward layers;
  private final SparseBatch batch;
  private final float gradientScale;
  private final float lossScale;

  public SparseLayerStep(SparseLayerKernels kernels, ModelShape shape, int batch) {
    this.kernels = kernels;
    this.batch = new SparseBatch(batch);
    layers = new SparseForwardBackward(shape, kernels.lanes());
    double count = (double) batch * shape.features();
    gradientScale = (float) (2 / count);
    lossScale = (float) (1 / count);
  }

  @Override
  public void use(Task task) {
    batch.use(task);
    layers.use(task.importance());
  }

  @Override
  public float gradient(long key, int step, Parameters model, Parameters gradient) {
    layers.begin(model);
    layers.addZeros(batch.draw(key, step, this::add));
    layers.finish(gradientScale, gradient);
    return layers.totalLoss() * lossScale;
  }

  private void add(SparseSamples list) {
    for (int first = 0; first < list.samples(); first += SparseForwardBackward.CHUNK) {
      int count = Math.min(SparseForwardBackward.CHUNK, list.samples() - first);
      layers.aim(list, first, count);
      kernels.hidden(layers, list, first, count);
      kernels.outputs(layers, count);
      kernels.errors(layers, count);
      layers.forget(list, first, count);
      layers.leaveOut(count);
      kernels.back(layers, count);
      kernels.inputs(layers, list, first, count);
    }
  }
}
