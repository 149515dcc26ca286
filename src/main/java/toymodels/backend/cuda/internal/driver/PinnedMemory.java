package toymodels.backend.cuda.internal.driver;

import static jcuda.driver.JCudaDriver.cuMemAllocHost;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import toymodels.natives.JCuda;

/** Host memory at a fixed address, which the driver and the GPU may read at any time. */
final class PinnedMemory extends GpuResource {
  static {
    JCuda.require();
  }

  private final Pointer pointer = new Pointer();
  private final ByteBuffer buffer;

  PinnedMemory(Gpu gpu, String name, long bytes) {
    super(gpu, "pinned %s, %d bytes".formatted(name, bytes));
    Driver.check(
        cuMemAllocHost(pointer, bytes),
        () -> "pinning %d bytes of host memory for %s on %s".formatted(bytes, name, gpu));
    buffer = pointer.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
    opened();
  }

  ByteBuffer buffer() {
    return buffer;
  }

  /** The address, as driver calls take it. */
  Pointer pointer() {
    return pointer;
  }

  long address() {
    return new RawPointer(pointer).address();
  }

  @Override
  public int release() {
    return cuMemFreeHost(pointer);
  }
}
