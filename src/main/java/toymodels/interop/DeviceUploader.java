package toymodels.interop;

import java.util.Optional;
import java.util.function.Consumer;
import toymodels.backend.cuda.internal.driver.GlBuffer;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.launch.VertexKernel;
import toymodels.backend.cuda.internal.launch.WeightCopies;
import toymodels.model.ModelShape;
import toymodels.viewer.Colouring;
import toymodels.viewer.Projection;
import toymodels.viewer.Scene;
import toymodels.viewer.internal.gl.VertexUploader;
import toymodels.viewer.internal.scene.Projected;

/**
 * Vertices that a kernel writes into OpenGL's buffer from weights on the same device: nothing
 * crosses the bus. Scenes of earlier steps, which only the host has, are copied from there.
 */
final class DeviceUploader implements VertexUploader {
  private final Gpu gpu;
  private final Consumer<WeightCopies> training;
  private final WeightCopies copies;
  private final VertexKernel kernel;
  private final VertexUploader host = VertexUploader.fromHost("");
  private GlBuffer buffer;
  private long written;

  /**
   * @param training receives where to copy weights to, and null when to copy no more
   */
  DeviceUploader(Gpu gpu, ModelShape shape, int models, Consumer<WeightCopies> training) {
    this.gpu = gpu;
    this.training = training;
    this.kernel = new VertexKernel(gpu, shape, models);
    try {
      this.copies = new WeightCopies(gpu, shape, models);
    } catch (RuntimeException e) {
      kernel.close();
      throw e;
    }
    training.accept(copies);
  }

  @Override
  public String name() {
    return "vertices written by %s itself (CUDA-OpenGL interop)".formatted(gpu);
  }

  @Override
  public void attach(int name, long bytes) {
    release();
    host.attach(name, bytes);
    // A run's other studies may have other models: those come from the host.
    buffer = bytes == kernel.bytes() ? new GlBuffer(gpu, name, bytes) : null;
  }

  @Override
  public void fill(Projected projected) {
    Optional<WeightCopies.Held> newest =
        buffer == null ? Optional.empty() : copies.hold(projected.scene());
    if (newest.isPresent()) {
      try (WeightCopies.Held held = newest.get()) {
        if (shows(held.content(), projected)) {
          kernel.write(held, rule(projected), buffer);
          written++;
          return;
        }
      }
    }
    host.fill(projected);
  }

  /** A copy may be newer than its scene, unless the host has placed labels by the scene. */
  private static boolean shows(WeightCopies.Copy copy, Projected projected) {
    return copy.step() == projected.scene().step() || !projected.onHost();
  }

  private static VertexKernel.Rule rule(Projected projected) {
    Projection projection = projected.projection();
    double[] range = projected.range();
    return new VertexKernel.Rule(
        projection.count(),
        projection.rows(),
        projection.eye(),
        Scene.NOT_REPRESENTED,
        code(projected.colouring()),
        projected.entries(),
        range[0],
        range[1],
        projected.table());
  }

  /** The codes of {@code enum Colour} in project.cu. */
  private static int code(Colouring colouring) {
    return switch (colouring) {
      case IMPORTANCE, COMPONENT -> 0;
      case DIMENSIONALITY -> 1;
      case INTERFERENCE -> 2;
      case BIAS -> 3;
    };
  }

  /** How many pictures' vertices were made on the device. */
  long written() {
    return written;
  }

  /** What can be closed on any thread is; the thread that drew is gone. */
  void abandon() {
    training.accept(null);
    if (buffer != null) {
      buffer.abandon();
      buffer = null;
    }
    copies.close();
    kernel.close();
  }

  private void release() {
    if (buffer != null) {
      buffer.close();
      buffer = null;
    }
  }

  @Override
  public void close() {
    training.accept(null);
    release();
    copies.close();
    kernel.close();
    host.close();
  }
}
