package toymodels.backend.cuda.internal.driver;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import toymodels.natives.JCuda;

/** The driver's calls about one device and its primary context, for {@link Gpu}. */
final class GpuDevice {
  static {
    JCuda.require();
  }

  private final int ordinal;
  private final CUdevice device = new CUdevice();
  private final CUcontext context = new CUcontext();

  /** Opens a device; {@link #release} gives it back. */
  GpuDevice(int ordinal) {
    this.ordinal = ordinal;
    Driver.check(cuDeviceGet(device, ordinal), () -> "looking for GPU " + ordinal);
    Driver.check(
        cuDevicePrimaryCtxRetain(context, device), () -> "opening GPU %d".formatted(ordinal));
  }

  /** Empty if the driver starts and has a device; else, in a sentence, why not. */
  static Optional<String> whyNoDevice() {
    int result = cuInit(0);
    if (result != CUresult.CUDA_SUCCESS) {
      return Optional.of("the NVIDIA driver does not start: " + Driver.describe(result));
    }
    int[] count = new int[1];
    cuDeviceGetCount(count);
    return count[0] > 0 ? Optional.empty() : Optional.of("the NVIDIA driver finds no GPU");
  }

  static int count() {
    int[] count = new int[1];
    Driver.check(cuDeviceGetCount(count), () -> "counting GPUs");
    return count[0];
  }

  /** The version of CUDA that the driver speaks, such as 13000. */
  static int driverVersion() {
    int[] version = new int[1];
    Driver.check(cuDriverGetVersion(version), () -> "asking for the driver's version");
    return version[0];
  }

  String name() {
    byte[] text = new byte[256];
    Driver.check(cuDeviceGetName(text, text.length, device), () -> "naming GPU " + ordinal);
    return new String(text, StandardCharsets.US_ASCII).trim();
  }

  void makeCurrent() {
    Driver.check(cuCtxSetCurrent(context), () -> "making GPU %d current".formatted(ordinal));
  }

  int computeCapability() {
    return 10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
        + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  /** In hertz. */
  double clock() {
    return 1e3 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
  }

  int multiprocessors() {
    return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  }

  int sharedBytesOfBlock() {
    return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
  }

  private int attribute(int which) {
    int[] value = new int[1];
    Driver.check(
        cuDeviceGetAttribute(value, which, device),
        () -> "asking GPU %d for attribute %d".formatted(ordinal, which));
    return value[0];
  }

  /** Bytes that are free, and all. */
  long[] memory() {
    makeCurrent();
    long[] free = new long[1];
    long[] total = new long[1];
    Driver.check(cuMemGetInfo(free, total), () -> "asking GPU %d for memory".formatted(ordinal));
    return new long[] {free[0], total[0]};
  }

  /** Whether the driver means this device. */
  boolean is(CUdevice other) {
    return device.equals(other);
  }

  void release() {
    cuDevicePrimaryCtxRelease(device);
  }
}
