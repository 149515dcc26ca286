package toymodels.backend.cuda.internal.driver;

import java.util.function.Supplier;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import toymodels.backend.cuda.GpuException;
import toymodels.natives.JCuda;

/**
 * Checks what the driver's calls return. JCuda's own exceptions stay off: they carry the name of
 * the code only.
 */
public final class Driver {
  static {
    JCuda.require();
  }

  private Driver() {}

  /**
   * Fails unless a call returned success.
   *
   * @param what what was being done, with sizes and device: "copying 40 bytes to device 0"
   */
  public static void check(int result, Supplier<String> what) {
    if (result != CUresult.CUDA_SUCCESS) {
      throw failure(result, what.get());
    }
  }

  static GpuException failure(int result, String what) {
    String message = "%s: %s".formatted(what, describe(result));
    return result == CUresult.CUDA_ERROR_OUT_OF_MEMORY
        ? new GpuException.OutOfMemory(result, message)
        : new GpuException(result, message);
  }

  /** The code's name and the driver's own words for it. */
  public static String describe(int result) {
    String[] text = new String[1];
    JCudaDriver.cuGetErrorString(result, text);
    String name = CUresult.stringFor(result);
    return text[0] == null || text[0].equals(name) ? name : "%s (%s)".formatted(text[0], name);
  }
}
