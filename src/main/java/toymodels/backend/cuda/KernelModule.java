package toymodels.backend.cuda;

import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;
import static jcuda.driver.JCudaDriver.cuModuleUnload;

import java.nio.charset.StandardCharsets;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;

/** One PTX text, compiled by the driver for its GPU. */
final class KernelModule extends GpuResource {
  private final CUmodule module = new CUmodule();
  private final String name;

  /**
   * Loads a module of kernels/.
   *
   * @param name the source's name without ending, such as {@code train_step_4_resident}
   */
  KernelModule(Gpu gpu, String name) {
    this(gpu, name, Ptx.of(name, Gpu.driverVersion()));
  }

  /** Loads a module from its text. */
  KernelModule(Gpu gpu, String name, String ptx) {
    super(gpu, "module " + name);
    this.name = name;
    // The driver reads to the first NUL.
    byte[] image = (ptx + "\0").getBytes(StandardCharsets.US_ASCII);
    Driver.check(
        cuModuleLoadData(module, image),
        () ->
            "compiling kernels %s (%s) for %s, compute capability %.1f, by the driver of CUDA %s"
                .formatted(
                    name,
                    ptx.lines()
                        .filter(l -> l.startsWith(".version") || l.startsWith(".target"))
                        .toList(),
                    gpu,
                    gpu.computeCapability() / 10.0,
                    Ptx.cudaName(Gpu.driverVersion())));
    opened();
  }

  /** The kernel of this name. */
  Kernel kernel(String entry) {
    CUfunction function = new CUfunction();
    gpu().makeCurrent();
    Driver.check(
        cuModuleGetFunction(function, module, entry),
        () -> "looking for kernel %s in %s".formatted(entry, name));
    return new Kernel(gpu(), entry, function);
  }

  @Override
  int release() {
    return cuModuleUnload(module);
  }
}
