package toymodels.backend.cuda;

import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasGetStatusString;
import static jcuda.jcublas.JCublas2.cublasGetVersion;
import static jcuda.jcublas.JCublas2.cublasSetMathMode;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSgemmStridedBatched;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.ToLongFunction;
import jcuda.Pointer;
import jcuda.driver.CUresult;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;
import toymodels.backend.cuda.Product.Matrix;
import toymodels.backend.cuda.Product.Place;
import toymodels.natives.Natives;

/**
 * NVIDIA's cuBLAS on one stream: products of matrices in single precision, whose order of sums is
 * cuBLAS' own and may change with sizes, version and GPU. No tensor cores: they round the factors
 * to 11 bits, and a gradient would be off by a thousandth.
 */
final class Cublas extends GpuResource {
  private static final String NATIVE = "lib/libJCublas2-12.6.0-linux-x86_64.so";

  /** What the natives ask for. */
  private static final int MADE_FOR = 12;

  private static CublasLibrary loaded;

  private final cublasHandle handle = new cublasHandle();
  private final Pointer one = scalar(1.0f);
  private final Pointer zero = scalar(0.0f);
  private final GpuStream stream;

  /**
   * Opens cuBLAS for one stream.
   *
   * @throws GpuException.OutOfMemory if there is no memory left for its workspace
   * @throws GpuException.Unavailable if there is no cuBLAS, saying why
   */
  Cublas(Gpu gpu, GpuStream stream) {
    super(gpu, "cuBLAS");
    this.stream = stream;
    whyUnavailable()
        .ifPresent(
            why -> {
              throw new GpuException.Unavailable("no cuBLAS to train with: " + why);
            });
    check(cublasCreate(handle), "opening cuBLAS");
    opened();
    try {
      check(cublasSetStream(handle, new cudaStream_t(stream.handle())), "giving cuBLAS a stream");
      check(
          cublasSetMathMode(handle, cublasMath.CUBLAS_DEFAULT_MATH), "choosing cuBLAS' precision");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Pointer scalar(float value) {
    ByteBuffer buffer = DeviceMemory.hostBuffer(Float.BYTES).putFloat(value);
    return Pointer.toBuffer(buffer.rewind());
  }

  /** Empty if cuBLAS can be used; else, in a sentence, why not. */
  static Optional<String> whyUnavailable() {
    Optional<String> noGpu = Gpu.whyUnavailable();
    return noGpu.isPresent() ? noGpu : whyNotLoaded();
  }

  private static synchronized Optional<String> whyNotLoaded() {
    if (loaded != null) {
      return Optional.empty();
    }
    int driver = Gpu.driverVersion() / 1000;
    Optional<CublasLibrary> found = CublasLibrary.find(CublasLibrary.places(), driver);
    if (found.isEmpty()) {
      return Optional.of(
          "no libcublas.so of CUDA %s was found; install it by the CUDA toolkit or 'pip install"
                  .formatted(driver > MADE_FOR ? "12 or 13" : "12")
              + " nvidia-cublas', or name its directory with -D"
              + CublasLibrary.DIRECTORY);
    }
    try {
      load(found.get());
    } catch (UnsatisfiedLinkError | RuntimeException e) {
      return Optional.of("%s does not load: %s".formatted(found.get().file(), e.getMessage()));
    }
    loaded = found.get();
    return Optional.empty();
  }

  /** Loads cuBLAS, then JCublas' library, made to ask for that version, then JCublas. */
  private static void load(CublasLibrary library) {
    library.load();
    try (Natives natives = Natives.openPrivate()) {
      Path file = natives.unpack(NATIVE);
      if (library.major() != MADE_FOR) {
        byte[] bytes = Files.readAllBytes(file);
        String name = CublasLibrary.name(library.major());
        Files.write(file, NeededLibrary.renamed(bytes, CublasLibrary.name(MADE_FOR), name));
      }
      System.load(file.toString());
      natives.asTemporaryDirectory(() -> JCublas2.setExceptionsEnabled(false));
    } catch (IOException e) {
      throw new UncheckedIOException("preparing " + NATIVE, e);
    }
  }

  /** Such as "cuBLAS 13.0.2 of /usr/local/cuda/lib64". */
  String version() {
    int[] version = new int[1];
    check(cublasGetVersion(handle, version), "asking cuBLAS for its version");
    int v = version[0];
    return "cuBLAS %d.%d.%d of %s"
        .formatted(v / 10000, v / 100 % 100, v % 100, loaded.file().getParent());
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
    String message = "%s on %s: %s".formatted(what, gpu(), describe(status));
    throw status == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED
        ? new GpuException.OutOfMemory(CUresult.CUDA_ERROR_OUT_OF_MEMORY, message)
        : new GpuException(CUresult.CUDA_ERROR_UNKNOWN, message);
  }

  /** The status' name and cuBLAS' own words for it. */
  private static String describe(int status) {
    return "%s (%s)".formatted(cublasGetStatusString(status), cublasStatus.stringFor(status));
  }

  @Override
  int release() {
    return cublasDestroy(handle) == cublasStatus.CUBLAS_STATUS_SUCCESS
        ? CUresult.CUDA_SUCCESS
        : CUresult.CUDA_ERROR_UNKNOWN;
  }
}
