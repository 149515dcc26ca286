package toymodels.backend.cuda.internal.driver;

import static jcuda.driver.JCudaDriver.cuFuncSetAttribute;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;

import java.util.List;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import toymodels.natives.JCuda;

/** An entry point, and how it is launched. */
public final class Kernel {
  static {
    JCuda.require();
  }

  /** Dynamic shared memory that needs no leave. */
  private static final int DEFAULT_MAX_SHARED_BYTES = 48 * 1024;

  /** How a launch is divided: blocks × threads, and the dynamic shared memory of each block. */
  public record Grid(long blocks, int threads, int sharedBytes) {
    public Grid {
      if (blocks < 1 || blocks > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a grid of %d blocks, allowed are 1 to 2^31 - 1: train in more chunks of models (--model-chunks)"
                .formatted(blocks));
      }
    }

    /** Enough blocks for so many threads. */
    public static Grid over(long threads, int block) {
      return new Grid((threads + block - 1) / block, block, 0);
    }

    @Override
    public String toString() {
      return "%d blocks of %d threads, %d bytes shared".formatted(blocks, threads, sharedBytes);
    }
  }

  private final Gpu gpu;
  private final String entry;
  private final CUfunction function;
  private final List<Integer> parameterBytes;
  private int sharedAllowed = DEFAULT_MAX_SHARED_BYTES;

  /**
   * @param parameterBytes the size of each parameter that the entry declares
   */
  public Kernel(Gpu gpu, String entry, CUfunction function, List<Integer> parameterBytes) {
    this.parameterBytes = parameterBytes;
    this.gpu = gpu;
    this.entry = entry;
    this.function = function;
  }

  /**
   * Queues the kernel. The driver copies the argument before this returns.
   *
   * @param argument the kernel's one parameter, a structure, with the table that points at it
   */
  public void launch(Grid grid, GpuStream stream, KernelArgument argument) {
    requireParameter(argument.bytes());
    if (grid.sharedBytes() > sharedAllowed) {
      Driver.check(
          cuFuncSetAttribute(
              function,
              CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
              grid.sharedBytes()),
          () -> "preparing kernel %s <<<%s>>> on %s".formatted(entry, grid, gpu));
      sharedAllowed = grid.sharedBytes();
    }
    int result =
        cuLaunchKernel(
            function,
            (int) grid.blocks(),
            1,
            1,
            grid.threads(),
            1,
            1,
            grid.sharedBytes(),
            stream.handle(),
            argument.table(),
            null);
    if (result != 0) {
      throw Driver.failure(
          result, "launching kernel %s <<<%s>>> on %s".formatted(entry, grid, gpu));
    }
    stream.nowDoing(entry);
  }

  /** The driver believes whatever it is given: a wrong list would be read as another's bytes. */
  private void requireParameter(int bytes) {
    if (parameterBytes.size() != 1 || parameterBytes.get(0) != bytes) {
      throw new IllegalArgumentException(
          "launching kernel %s on %s: it declares parameters of %s bytes, and is given one of %d"
              .formatted(entry, gpu, parameterBytes, bytes));
    }
  }
}
