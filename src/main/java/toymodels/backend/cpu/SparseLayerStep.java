package toymodels.backend.cpu;

import toymodels.data.ActiveSamples;
import toymodels.data.Task;
import toymodels.model.ModelShape;

/**
 * The step of the estimator iid-sparse where hidden units have a ReLU: samples that have active
 * features go through the layers one by one, those that have none are summed in closed form.
 */
final class SparseLayerStep implements LayerStep {
  private final SparseLayerKernels kernels;
  private final SparseLayers layers;
  private final SparseBatch batch;
  private final float gradientScale;
  private final float lossScale;

  SparseLayerStep(SparseLayerKernels kernels, ModelShape shape, int batch) {
    this.kernels = kernels;
    this.batch = new SparseBatch(batch);
    layers = new SparseLayers(shape, kernels.lanes());
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

  private void add(ActiveSamples list) {
    int[] starts = list.starts();
    for (int k = 0; k < list.samples(); k++) {
      add(list, starts[k], starts[k + 1]);
    }
  }

  /** Adds the sample of these entries. */
  private void add(ActiveSamples list, int from, int to) {
    layers.aim(list, from, to);
    kernels.hidden(layers, list, from, to);
    int units = layers.listUnits();
    kernels.outputs(layers, units);
    kernels.errors(layers);
    layers.forget(list, from, to);
    int outputs = layers.listOutputs();
    if (units > 0 && outputs > 0) {
      kernels.back(layers, outputs);
      kernels.inputs(layers, list, from, to);
    }
  }
}
