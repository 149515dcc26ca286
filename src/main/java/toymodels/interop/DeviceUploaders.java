package toymodels.interop;

import java.util.Optional;
import java.util.function.Consumer;
import toymodels.backend.cuda.CudaBackend;
import toymodels.backend.cuda.GpuException;
import toymodels.backend.cuda.internal.driver.GlBuffer;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.launch.WeightCopies;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.viewer.VertexUploaders;
import toymodels.viewer.internal.gl.VertexUploader;

/**
 * The shortest way from a training's weights into the picture: on the GPU that trains if OpenGL
 * draws with the same one, else by the host, saying why.
 */
public final class DeviceUploaders implements VertexUploaders {
  private final Optional<Gpu> gpu;
  private final String whyHost;
  private final ModelShape shape;
  private final int models;
  private final Consumer<WeightCopies> training;
  private volatile DeviceUploader newest;

  /**
   * @param training receives where to copy weights to, and null when to copy no more
   */
  DeviceUploaders(Backend backend, ModelShape shape, int models, Consumer<WeightCopies> training) {
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
  public VertexUploader open() {
    if (gpu.isEmpty()) {
      return VertexUploader.fromHost(whyHost);
    }
    Optional<String> unsupportedReason = GlBuffer.unsupportedReason(gpu.get());
    if (unsupportedReason.isPresent()) {
      return VertexUploader.fromHost(unsupportedReason.get());
    }
    try {
      newest = new DeviceUploader(gpu.get(), shape, models, training);
      return newest;
    } catch (GpuException e) {
      return VertexUploader.fromHost(e.getMessage());
    }
  }

  @Override
  public void abandon() {
    DeviceUploader abandoned = newest;
    if (abandoned != null) {
      abandoned.abandon();
    }
  }
}
