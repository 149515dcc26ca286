package toymodels.backend.cuda.internal.cublas;

import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import toymodels.backend.cuda.GpuException;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuResource;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.NeededLibrary;
import toymodels.backend.cuda.internal.driver.Product;
import toymodels.backend.cuda.internal.driver.Product.Place;
import toymodels.natives.JCuda;
import toymodels.natives.NativeLoadException;

/**
 * NVIDIA's cuBLAS on one stream: products of matrices in single precision, whose order of sums is
 * cuBLAS' own and may change with sizes, version and GPU. No tensor cores: they round the factors
 * to 11 bits, and a gradient would be off by a thousandth.
 */
public final class Cublas extends GpuResource {
  /** What the natives ask for. */
  private static final int MADE_FOR = 12;

  private static CublasLibrary loaded;

  private final CublasCalls calls;

  /**
   * Opens cuBLAS for one stream.
   *
   * @throws GpuException.OutOfMemory if there is no memory left for its workspace
   * @throws GpuException.Unavailable if there is no cuBLAS, saying why
   */
  public Cublas(Gpu gpu, GpuStream stream) {
    super(gpu, "cuBLAS");
    unavailableReason()
        .ifPresent(
            why -> {
              throw new GpuException.Unavailable("no cuBLAS to train with: " + why);
            });
    calls = new CublasCalls(gpu, stream);
    opened();
  }

  /** Empty if cuBLAS can be used; else, in a sentence, why not. */
  public static Optional<String> unavailableReason() {
    Optional<String> noGpu = Gpu.unavailableReason();
    return noGpu.isPresent() ? noGpu : notLoadedReason();
  }

  private static synchronized Optional<String> notLoadedReason() {
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
    } catch (NativeLoadException | IllegalArgumentException e) {
      return Optional.of("%s does not load: %s".formatted(found.get().file(), e.getMessage()));
    }
    loaded = found.get();
    return Optional.empty();
  }

  /** Loads cuBLAS, then JCublas' library, made to ask for that version, then JCublas. */
  private static void load(CublasLibrary library) {
    String from = CublasLibrary.name(MADE_FOR);
    String to = CublasLibrary.name(library.major());
    JCuda.loadCublas(
        library.files(),
        from.equals(to)
            ? UnaryOperator.identity()
            : bytes -> NeededLibrary.renamed(bytes, from, to));
  }

  /** Such as "cuBLAS 13.0.2 of /usr/local/cuda/lib64". */
  public String version() {
    return "cuBLAS %s of %s".formatted(calls.version(), loaded.file().getParent());
  }

  /**
   * Queues a product on the stream.
   *
   * @param addresses where an allocation begins
   */
  public void multiply(Product product, ToLongFunction<Place> addresses) {
    calls.multiply(product, addresses);
  }

  @Override
  public int release() {
    return calls.destroy();
  }
}
