package toymodels.interop;

import java.util.Optional;
import java.util.function.Consumer;
import toymodels.backend.cuda.CudaBackend;
import toymodels.backend.cuda.GlBuffer;
import toymodels.backend.cuda.Gpu;
import toymodels.backend.cuda.GpuException;
import toymodels.backend.cuda.WeightCopies;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.viewer.Feeds;
import toymodels.viewer.VertexFeed;

/**
 * The shortest way from a training's weights into the picture: on the GPU that trains if OpenGL
 * draws with the same one, else by the host, saying why.
 */
public final class DeviceFeeds implements Feeds {
  private final Optional<Gpu> gpu;
  private final String whyHost;
  private final ModelShape shape;
  private final int models;
  private final Consumer<WeightCopies> training;
  private volatile DeviceVertices newest;

  /**
   * @param training is told where to copy weights to, and null when to copy no more
   */
  DeviceFeeds(Backend backend, ModelShape shape, int models, Consumer<WeightCopies> training) {
    this.shape = shape;
    this.models = models;
    this.training = training;
    if (backend instanceof CudaBackend cuda) {
      gpu = cuda.onlyGpu();
      whyHost = gpu.isPresent() ? "" : "several GPUs train";
    } else {
      gpu = Optional.empty();
      whyHost = "trained by " + backend.name();
    }
  }

  @Override
  public int cudaDevice() {
    return gpu.map(Gpu::ordinal).orElse(-1);
  }

  @Override
  public VertexFeed open() {
    if (gpu.isEmpty()) {
      return VertexFeed.fromHost(whyHost);
    }
    Optional<String> whyNot = GlBuffer.whyNot(gpu.get());
    if (whyNot.isPresent()) {
      return VertexFeed.fromHost(whyNot.get());
    }
    try {
      newest = new DeviceVertices(gpu.get(), shape, models, training);
      return newest;
    } catch (GpuException e) {
      return VertexFeed.fromHost(e.getMessage());
    }
  }

  @Override
  public void abandon() {
    DeviceVertices abandoned = newest;
    if (abandoned != null) {
      abandoned.abandon();
    }
  }
}
