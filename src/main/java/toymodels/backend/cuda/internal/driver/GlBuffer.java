package toymodels.backend.cuda.internal.driver;

import static jcuda.driver.JCudaDriver.cuGLGetDevices;
import static jcuda.driver.JCudaDriver.cuGraphicsGLRegisterBuffer;
import static jcuda.driver.JCudaDriver.cuGraphicsMapResources;
import static jcuda.driver.JCudaDriver.cuGraphicsResourceGetMappedPointer;
import static jcuda.driver.JCudaDriver.cuGraphicsUnmapResources;
import static jcuda.driver.JCudaDriver.cuGraphicsUnregisterResource;

import java.util.Optional;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUgraphicsMapResourceFlags;
import jcuda.driver.CUgraphicsResource;
import jcuda.driver.CUresult;
import toymodels.natives.JCuda;

/**
 * A buffer of OpenGL that kernels can write: between {@link #map} and {@link #unmap} it belongs to
 * CUDA, else to OpenGL. Every call, also the last, needs the OpenGL context on the calling thread.
 */
public final class GlBuffer extends GpuResource {
  static {
    JCuda.require();
  }

  private static final int MOST_DEVICES = 64;

  /** CU_GL_DEVICE_LIST_ALL: every device that the context of OpenGL draws with. */
  private static final int ALL = 1;

  private final CUgraphicsResource[] resource = {new CUgraphicsResource()};
  private final int name;
  private final long bytes;

  /**
   * Registers a buffer whose whole content kernels will overwrite each time.
   *
   * @param name by which OpenGL knows it
   * @param bytes its size
   */
  public GlBuffer(Gpu gpu, int name, long bytes) {
    super(gpu, "OpenGL's buffer %d, %d bytes".formatted(name, bytes));
    this.name = name;
    this.bytes = bytes;
    Driver.check(
        cuGraphicsGLRegisterBuffer(
            resource[0],
            name,
            CUgraphicsMapResourceFlags.CU_GRAPHICS_MAP_RESOURCE_FLAGS_WRITE_DISCARD),
        () -> "registering " + this + " on " + gpu);
    opened();
  }

  /** Empty if the context of OpenGL on this thread draws with the GPU; else why not. */
  public static Optional<String> unsupportedReason(Gpu gpu) {
    gpu.makeCurrent();
    int[] count = new int[1];
    CUdevice[] devices = new CUdevice[MOST_DEVICES];
    for (int i = 0; i < MOST_DEVICES; i++) {
      devices[i] = new CUdevice();
    }
    int result = cuGLGetDevices(count, devices, MOST_DEVICES, ALL);
    if (result != CUresult.CUDA_SUCCESS) {
      return Optional.of(
          "OpenGL does not draw with %s (%s)".formatted(gpu, CUresult.stringFor(result)));
    }
    for (int i = 0; i < Math.min(count[0], MOST_DEVICES); i++) {
      if (gpu.device().is(devices[i])) {
        return Optional.empty();
      }
    }
    return Optional.of("OpenGL draws with another GPU than %s, which trains".formatted(gpu));
  }

  /** Takes the buffer from OpenGL; returns its address for kernels of the stream. */
  public long map(GpuStream stream) {
    gpu().makeCurrent();
    Driver.check(
        cuGraphicsMapResources(1, resource, stream.handle()), () -> "mapping %s".formatted(this));
    CUdeviceptr address = new CUdeviceptr();
    long[] size = new long[1];
    int result = cuGraphicsResourceGetMappedPointer(address, size, resource[0]);
    if (result == CUresult.CUDA_SUCCESS && size[0] >= bytes) {
      return new RawPointer(address).address();
    }
    unmap(stream);
    throw Driver.failure(
        result, "finding %s, which OpenGL made %d bytes large".formatted(this, size[0]));
  }

  /** Gives the buffer back to OpenGL, which then waits for what the stream was given. */
  public void unmap(GpuStream stream) {
    gpu().makeCurrent();
    Driver.check(
        cuGraphicsUnmapResources(1, resource, stream.handle()),
        () -> "unmapping OpenGL's buffer %d".formatted(name));
  }

  @Override
  public int release() {
    return cuGraphicsUnregisterResource(resource[0]);
  }
}
