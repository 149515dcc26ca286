package toymodels.backend.cuda.internal.cublas;

import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasGetStatusString;
import static jcuda.jcublas.JCublas2.cublasGetVersion;
import static jcuda.jcublas.JCublas2.cublasSetMathMode;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSgemmStridedBatched;

import java.nio.ByteBuffer;
import java.util.function.ToLongFunction;
import jcuda.Pointer;
import jcuda.driver.CUresult;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;
import toymodels.backend.cuda.GpuException;
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.Product;
import toymodels.backend.cuda.internal.driver.Product.Matrix;
import toymodels.backend.cuda.internal.driver.Product.Place;
import toymodels.backend.cuda.internal.driver.RawPointer;
import toymodels.natives.JCuda;

/** The calls of JCublas, for one stream. Made when JCublas is loaded, see {@link Cublas}. */
final class CublasCalls {
  static {
    JCuda.requireCublas();
  }

  private final cublasHandle handle = new cublasHandle();
  private final Pointer one = scalar(1.0f);
  private final Pointer zero = scalar(0.0f);
  private final Gpu gpu;
  private final GpuStream stream;

  /**
   * Opens cuBLAS for one stream.
   *
   * @throws GpuException.OutOfMemory if there is no memory left for its workspace
   */
  CublasCalls(Gpu gpu, GpuStream stream) {
    this.gpu = gpu;
    this.stream = stream;
    check(cublasCreate(handle), "opening cuBLAS");
    try {
      check(cublasSetStream(handle, new cudaStream_t(stream.handle())), "giving cuBLAS a stream");
      check(
          cublasSetMathMode(handle, cublasMath.CUBLAS_DEFAULT_MATH), "choosing cuBLAS' precision");
    } catch (RuntimeException e) {
      destroy();
      throw e;
    }
  }

  private static Pointer scalar(float value) {
    ByteBuffer buffer = DeviceMemory.hostBuffer(Float.BYTES).putFloat(value);
    return Pointer.toBuffer(buffer.rewind());
  }

  /** Such as "13.0.2". */
  String version() {
    int[] version = new int[1];
    check(cublasGetVersion(handle, version), "asking cuBLAS for its version");
    int v = version[0];
    return "%d.%d.%d".formatted(v / 10000, v / 100 % 100, v % 100);
  }

  /**
   * Queues a product on the stream.
   *
   * @param addresses where an allocation begins
   */
  void multiply(Product product, ToLongFunction<Place> addresses) {
    Matrix left = product.left();
    Matrix right = product.right();
    Matrix result = product.result();
    int status =
        cublasSgemmStridedBatched(
            handle,
            operation(left),
            operation(right),
            result.rows(),
            result.columns(),
            product.terms(),
            one,
            pointer(left, addresses),
            left.leading(),
            left.stride(),
            pointer(right, addresses),
            right.leading(),
            right.stride(),
            zero,
            pointer(result, addresses),
            result.leading(),
            result.stride(),
            product.models());
    check(status, "multiplying " + product);
    stream.nowDoing("cuBLAS, " + product);
  }

  private static int operation(Matrix matrix) {
    return matrix.transposed() ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
  }

  private static Pointer pointer(Matrix matrix, ToLongFunction<Place> addresses) {
    return RawPointer.at(addresses.applyAsLong(matrix.place()) + Float.BYTES * matrix.offset());
  }

  private void check(int status, String what) {
    if (status == cublasStatus.CUBLAS_STATUS_SUCCESS) {
      return;
    }
    String message = "%s on %s: %s".formatted(what, gpu, describe(status));
    throw status == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED
        ? new GpuException.OutOfMemory(CUresult.CUDA_ERROR_OUT_OF_MEMORY, message)
        : new GpuException(CUresult.CUDA_ERROR_UNKNOWN, message);
  }

  /** The status' name and cuBLAS' own words for it. */
  private static String describe(int status) {
    return "%s (%s)".formatted(cublasGetStatusString(status), cublasStatus.stringFor(status));
  }

  /** The driver's code. */
  int destroy() {
    return cublasDestroy(handle) == cublasStatus.CUBLAS_STATUS_SUCCESS
        ? CUresult.CUDA_SUCCESS
        : CUresult.CUDA_ERROR_UNKNOWN;
  }
}
