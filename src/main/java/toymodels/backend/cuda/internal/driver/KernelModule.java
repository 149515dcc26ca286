package toymodels.backend.cuda.internal.driver;

import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataJIT;
import static jcuda.driver.JCudaDriver.cuModuleUnload;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JITOptions;
import toymodels.backend.cuda.GpuException;
import toymodels.natives.JCuda;

/** One PTX text, compiled by the driver for its GPU. */
public final class KernelModule extends GpuResource {
  static {
    JCuda.require();
  }

  /**
   * What a driver answers to a text that another compiler might still have made readable for it.
   */
  private static final Set<Integer> REFUSALS =
      Set.of(
          CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU,
          CUresult.CUDA_ERROR_INVALID_PTX,
          CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION);

  private static final int LOG_BYTES = 4096;

  private final CUmodule module = new CUmodule();
  private final String name;
  private final String ptx;

  /**
   * Loads a module of kernels/, from the build's PTX or, if the driver refuses that, from what this
   * machine's nvcc makes of the source.
   *
   * @param name the source's name without ending, such as {@code train_step_4_resident}
   * @throws GpuException.Unavailable if neither can be had
   */
  KernelModule(Gpu gpu, String name) {
    this(gpu, name, LocalNvcc.find(System.getenv()));
  }

  /** The same with a given compiler to fall back on. */
  KernelModule(Gpu gpu, String name, LocalNvcc nvcc) {
    super(gpu, "module " + name);
    this.name = name;
    int driver = Gpu.driverVersion();
    String built = Ptx.of(name, driver, gpu.computeCapability());
    int result = load(built);
    if (!REFUSALS.contains(result)) {
      ptx = built;
      Driver.check(result, () -> compiling(built));
    } else {
      GpuException refusal = Driver.failure(result, compiling(built) + log(built));
      ptx = Ptx.lowered(nvcc.compile(name, refusal), name, driver);
      int again = load(ptx);
      if (again != CUresult.CUDA_SUCCESS) {
        GpuException last =
            Driver.failure(
                again,
                "%s, as %s compiled it%s".formatted(compiling(ptx), nvcc.describe(), log(ptx)));
        last.addSuppressed(refusal);
        throw last;
      }
    }
    opened();
  }

  /** Loads a module from its text. */
  public KernelModule(Gpu gpu, String name, String ptx) {
    super(gpu, "module " + name);
    this.name = name;
    this.ptx = ptx;
    Driver.check(load(ptx), () -> compiling(ptx));
    opened();
  }

  private int load(String text) {
    return cuModuleLoadData(module, image(text));
  }

  /** The driver reads to the first NUL. */
  private static byte[] image(String text) {
    return (text + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  private String compiling(String text) {
    return "compiling kernels %s (%s) for %s, compute capability %.1f, by the driver of CUDA %s"
        .formatted(
            name,
            text.lines().filter(l -> l.startsWith(".version") || l.startsWith(".target")).toList(),
            gpu(),
            gpu().computeCapability() / 10.0,
            Ptx.cudaName(Gpu.driverVersion()));
  }

  /** What the driver's compiler says of a text that it refused. */
  private static String log(String text) {
    JITOptions options = new JITOptions();
    options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, new byte[LOG_BYTES]);
    options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, LOG_BYTES);
    CUmodule refused = new CUmodule();
    if (cuModuleLoadDataJIT(refused, Pointer.to(image(text)), options) == CUresult.CUDA_SUCCESS) {
      cuModuleUnload(refused);
      return "";
    }
    String said = options.getString(CUjit_option.CU_JIT_ERROR_LOG_BUFFER).trim();
    return said.isEmpty() ? "" : ", which says: " + said;
  }

  /** The kernel of this name. */
  public Kernel kernel(String entry) {
    CUfunction function = new CUfunction();
    gpu().makeCurrent();
    Driver.check(
        cuModuleGetFunction(function, module, entry),
        () -> "looking for kernel %s in %s".formatted(entry, name));
    List<Integer> parameters = Ptx.parameterBytes(ptx, entry);
    return new Kernel(gpu(), entry, function, parameters);
  }

  @Override
  public int release() {
    return cuModuleUnload(module);
  }
}
