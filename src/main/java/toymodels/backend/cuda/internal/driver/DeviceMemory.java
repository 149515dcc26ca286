package toymodels.backend.cuda.internal.driver;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.driver.CUdeviceptr;
import toymodels.backend.cuda.GpuException;
import toymodels.natives.JCuda;

/**
 * Bytes in GPU memory. Copies are queued on a stream, from and to pinned memory ({@link Staging}):
 * from a Java array the driver would wait for the GPU while the garbage collector is locked out.
 */
public final class DeviceMemory extends GpuResource {
  static {
    JCuda.require();
  }

  private final CUdeviceptr address = new CUdeviceptr();
  private final String name;
  private final long bytes;

  /**
   * Allocates.
   *
   * @param name what it holds, for messages
   * @throws GpuException.OutOfMemory if the GPU has not so much left
   */
  public DeviceMemory(Gpu gpu, String name, long bytes) {
    super(gpu, "%s, %d bytes".formatted(name, bytes));
    this.name = name;
    this.bytes = bytes;
    Driver.check(
        cuMemAlloc(address, Math.max(bytes, 1)),
        () -> "allocating %s, %d bytes, on %s".formatted(name, bytes, gpu));
    opened();
  }

  /** A direct buffer in the machine's byte order, as copies need it. */
  public static ByteBuffer hostBuffer(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }

  public long bytes() {
    return bytes;
  }

  /** The device address, as kernels take it. */
  public long address() {
    return new RawPointer(address).address();
  }

  /** The device address, as driver calls take it. */
  public CUdeviceptr pointer() {
    return address;
  }

  /** Queues a copy of pinned memory's first bytes to an offset of this memory. */
  void queueUpload(PinnedMemory host, long offset, long count, GpuStream stream) {
    gpu().makeCurrent();
    Driver.check(
        cuMemcpyHtoDAsync(address.withByteOffset(offset), host.pointer(), count, stream.handle()),
        () -> "copying %d bytes to %s on %s".formatted(count, name, gpu()));
    stream.nowDoing("a copy to " + name);
  }

  /** Queues a copy from an offset of this memory to pinned memory's first bytes. */
  void queueDownload(PinnedMemory host, long offset, long count, GpuStream stream) {
    gpu().makeCurrent();
    Driver.check(
        cuMemcpyDtoHAsync(host.pointer(), address.withByteOffset(offset), count, stream.handle()),
        () -> "copying %d bytes of %s from %s".formatted(count, name, gpu()));
    stream.nowDoing("a copy of " + name);
  }

  /** Queues a copy of the start of this memory, as much as fits, to other memory of this GPU. */
  public void copyTo(DeviceMemory other, GpuStream stream) {
    long count = Math.min(bytes, other.bytes);
    gpu().makeCurrent();
    Driver.check(
        cuMemcpyDtoDAsync(other.address, address, count, stream.handle()),
        () -> "copying %d bytes of %s within %s".formatted(count, name, gpu()));
    stream.nowDoing("a copy of " + name);
  }

  @Override
  public int release() {
    return cuMemFree(address);
  }
}
