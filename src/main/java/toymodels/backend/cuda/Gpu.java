package toymodels.backend.cuda;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import toymodels.natives.Natives;

/**
 * One GPU: its primary context, which cuBLAS and every thread share, and everything allocated in
 * it. What is still open when the GPU is closed is named: nothing here is left to the garbage
 * collector.
 */
public final class Gpu implements AutoCloseable {
  private static boolean loaded;

  private final int ordinal;
  private final CUdevice device = new CUdevice();
  private final CUcontext context = new CUcontext();
  private final String name;
  private final Set<GpuResource> open = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Map<String, KernelModule> modules = new HashMap<>();
  private boolean closed;

  private Gpu(int ordinal) {
    this.ordinal = ordinal;
    Driver.check(cuDeviceGet(device, ordinal), () -> "looking for GPU " + ordinal);
    byte[] text = new byte[256];
    Driver.check(cuDeviceGetName(text, text.length, device), () -> "naming GPU " + ordinal);
    name = new String(text, StandardCharsets.US_ASCII).trim();
    Driver.check(
        cuDevicePrimaryCtxRetain(context, device), () -> "opening GPU %d".formatted(ordinal));
    makeCurrent();
  }

  /** Empty if a GPU can be used; else, in a sentence, why not. */
  public static Optional<String> whyUnavailable() {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      return Optional.of("GPUs are used on Linux x86-64 only");
    }
    try {
      load();
    } catch (UnsatisfiedLinkError e) {
      return Optional.of("the NVIDIA driver (libcuda.so.1) is not installed");
    } catch (RuntimeException e) {
      return Optional.of("JCuda could not be loaded: " + e.getMessage());
    }
    int result = cuInit(0);
    if (result != CUresult.CUDA_SUCCESS) {
      return Optional.of("the NVIDIA driver does not start: " + Driver.describe(result));
    }
    int[] count = new int[1];
    cuDeviceGetCount(count);
    return count[0] > 0 ? Optional.empty() : Optional.of("the NVIDIA driver finds no GPU");
  }

  /**
   * Loads JCuda's library before JCuda itself does, from a private directory: a failure then leaves
   * the class JCudaDriver untouched, which after one failed initialisation could never be used.
   */
  private static synchronized void load() {
    if (loaded) {
      return;
    }
    try (Natives natives = Natives.open()) {
      System.load(natives.unpack("lib/libJCudaDriver-12.6.0-linux-x86_64.so").toString());
      natives.asTemporaryDirectory(() -> JCudaDriver.setExceptionsEnabled(false));
    }
    loaded = true;
  }

  /** How many GPUs there are; 0 where none can be used. */
  public static int count() {
    if (whyUnavailable().isPresent()) {
      return 0;
    }
    int[] count = new int[1];
    Driver.check(cuDeviceGetCount(count), () -> "counting GPUs");
    return count[0];
  }

  /**
   * Opens a GPU.
   *
   * @throws GpuException.Unavailable if no GPU can be used
   */
  public static Gpu open(int ordinal) {
    whyUnavailable()
        .ifPresent(
            why -> {
              throw new GpuException.Unavailable("no GPU to train on: " + why);
            });
    return new Gpu(ordinal);
  }

  /** Makes this GPU the one that the calling thread's driver calls are about. */
  void makeCurrent() {
    Driver.check(cuCtxSetCurrent(context), () -> "making GPU %d current".formatted(ordinal));
  }

  /** The number by which the driver knows this GPU. */
  public int ordinal() {
    return ordinal;
  }

  public String name() {
    return name;
  }

  /** Such as 90 for compute capability 9.0. */
  public int computeCapability() {
    return 10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
        + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  /** Whether this is no GPU at all but the driver emulator of the tests, which says so itself. */
  public boolean isEmulated() {
    return name.startsWith("CUDA emulator");
  }

  /** The highest clock of the multiprocessors, in hertz. */
  public double clock() {
    return 1e3 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
  }

  public int multiprocessors() {
    return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  }

  /** Bytes of shared memory that one block may ask for. */
  public int sharedBytesOfBlock() {
    return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
  }

  private int attribute(int which) {
    int[] value = new int[1];
    Driver.check(
        cuDeviceGetAttribute(value, which, device),
        () -> "asking GPU %d for attribute %d".formatted(ordinal, which));
    return value[0];
  }

  /** The version of CUDA that the driver speaks, such as 13000. */
  public static int driverVersion() {
    int[] version = new int[1];
    Driver.check(cuDriverGetVersion(version), () -> "asking for the driver's version");
    return version[0];
  }

  public long freeBytes() {
    return memory()[0];
  }

  public long totalBytes() {
    return memory()[1];
  }

  private long[] memory() {
    makeCurrent();
    long[] free = new long[1];
    long[] total = new long[1];
    Driver.check(cuMemGetInfo(free, total), () -> "asking GPU %d for memory".formatted(ordinal));
    return new long[] {free[0], total[0]};
  }

  /**
   * A module of kernels/, compiled by the driver when it is first asked for, and kept: every
   * trainer of this GPU uses the same.
   *
   * @throws GpuException.Unavailable if its PTX cannot be had
   */
  KernelModule module(String source) {
    synchronized (modules) {
      return modules.computeIfAbsent(source, name -> new KernelModule(this, name));
    }
  }

  /** Whether the driver means this GPU. */
  boolean is(CUdevice other) {
    return device.equals(other);
  }

  void opened(GpuResource resource) {
    open.add(resource);
  }

  void closed(GpuResource resource) {
    open.remove(resource);
  }

  /** What was opened on this GPU and not closed yet. */
  List<String> stillOpen() {
    List<String> names = new ArrayList<>();
    List.copyOf(open).forEach(resource -> names.add(resource.toString()));
    return names;
  }

  /**
   * Gives the GPU back.
   *
   * @throws IllegalStateException if something on it was not closed, naming it; it is closed then
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    synchronized (modules) {
      modules.values().forEach(KernelModule::close);
      modules.clear();
    }
    List<String> leaked = stillOpen();
    List.copyOf(open).forEach(GpuResource::close);
    cuDevicePrimaryCtxRelease(device);
    if (!leaked.isEmpty()) {
      throw new IllegalStateException("GPU %d closed before %s".formatted(ordinal, leaked));
    }
  }

  @Override
  public String toString() {
    return "GPU %d (%s)".formatted(ordinal, name);
  }
}
