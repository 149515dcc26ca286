package toymodels.backend.cuda.internal.driver;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toymodels.backend.cuda.GpuException;
import toymodels.natives.JCuda;
import toymodels.natives.NativeLoadException;

/**
 * One GPU: its primary context, which cuBLAS and every thread share, and everything allocated in
 * it. What is still open when the GPU is closed is named: nothing here is left to the garbage
 * collector.
 */
public final class Gpu implements AutoCloseable {
  private final int ordinal;
  private final GpuDevice device;
  private final String name;
  private final Set<GpuResource> open = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Map<String, KernelModule> modules = new HashMap<>();
  private boolean closed;

  private Gpu(int ordinal) {
    this.ordinal = ordinal;
    device = new GpuDevice(ordinal);
    name = device.name();
    makeCurrent();
  }

  /** Empty if a GPU can be used; else, in a sentence, why not. */
  public static Optional<String> unavailableReason() {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      return Optional.of("GPUs are used on Linux x86-64 only");
    }
    try {
      JCuda.loadDriver();
    } catch (NativeLoadException e) {
      return Optional.of(
          e.misses(JCuda.DRIVER)
              ? "the NVIDIA driver (libcuda.so.1) is not installed"
              : "JCuda could not be loaded: %s; %s".formatted(e.getMessage(), e.fix()));
    }
    return GpuDevice.whyNoDevice();
  }

  /** How many GPUs there are; 0 where none can be used. */
  public static int count() {
    if (unavailableReason().isPresent()) {
      return 0;
    }
    return GpuDevice.count();
  }

  /**
   * Opens a GPU.
   *
   * @throws GpuException.Unavailable if no GPU can be used
   */
  public static Gpu open(int ordinal) {
    unavailableReason()
        .ifPresent(
            why -> {
              throw new GpuException.Unavailable("no GPU to train on: " + why);
            });
    return new Gpu(ordinal);
  }

  /** Makes this GPU the one that the calling thread's driver calls are about. */
  public void makeCurrent() {
    device.makeCurrent();
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
    return device.computeCapability();
  }

  /** Whether this is no GPU at all but the driver emulator of the tests, which says so itself. */
  public boolean isEmulated() {
    return name.startsWith("CUDA emulator");
  }

  /** The highest clock of the multiprocessors, in hertz. */
  public double clock() {
    return device.clock();
  }

  public int multiprocessors() {
    return device.multiprocessors();
  }

  /** Bytes of shared memory that one block may ask for. */
  public int sharedBytesOfBlock() {
    return device.sharedBytesOfBlock();
  }

  /** The version of CUDA that the driver speaks, such as 13000. */
  public static int driverVersion() {
    return GpuDevice.driverVersion();
  }

  public long freeBytes() {
    return device.memory()[0];
  }

  public long totalBytes() {
    return device.memory()[1];
  }

  /**
   * A module of kernels/, compiled by the driver when it is first asked for, and kept: every
   * trainer of this GPU uses the same.
   *
   * @throws GpuException.Unavailable if its PTX cannot be had
   */
  public KernelModule module(String source) {
    synchronized (modules) {
      return modules.computeIfAbsent(source, name -> new KernelModule(this, name));
    }
  }

  GpuDevice device() {
    return device;
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
    device.release();
    if (!leaked.isEmpty()) {
      throw new IllegalStateException("GPU %d closed before %s".formatted(ordinal, leaked));
    }
  }

  @Override
  public String toString() {
    return "GPU %d (%s)".formatted(ordinal, name);
  }
}
