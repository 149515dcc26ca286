package toymodels.natives;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;

/**
 * The native libraries of JCuda and JCublas. Classes that use them begin with {@code require}.
 *
 * <p>Each is loaded before its class is: a failure then leaves the class untouched, which after one
 * failed initialisation could never be used.
 */
public final class JCuda {
  /** What JCuda's library asks the system for. */
  public static final String DRIVER = "libcuda.so.1";

  private static final String DRIVER_LIBRARY = "libJCudaDriver-12.6.0-linux-x86_64.so";
  private static final String CUBLAS_LIBRARY = "libJCublas2-12.6.0-linux-x86_64.so";

  private static boolean driver;
  private static boolean cublas;

  private JCuda() {}

  /**
   * Loads JCuda unless it is loaded.
   *
   * @throws NativeLoadException if it cannot be loaded, such as without a driver
   */
  public static synchronized void loadDriver() {
    if (!driver) {
      Natives.load(
          List.of("lib/" + DRIVER_LIBRARY),
          natives ->
              natives.initialiseJCuda(
                  DRIVER_LIBRARY, () -> JCudaDriver.setExceptionsEnabled(false)));
      driver = true;
    }
  }

  /**
   * For the static initialiser of classes that use JCuda.
   *
   * @throws NativeLoadException if it cannot be loaded
   */
  public static void require() {
    loadDriver();
  }

  /** Whether JCublas is loaded. */
  public static synchronized boolean cublasLoaded() {
    return cublas;
  }

  /**
   * Loads JCublas unless it is loaded.
   *
   * @param needed libraries that it needs, loaded first, in this order
   * @param change what is done to its bytes before it loads
   * @throws NativeLoadException if one does not load, or other users could change it
   */
  public static synchronized void loadCublas(List<Path> needed, UnaryOperator<byte[]> change) {
    if (cublas) {
      return;
    }
    loadDriver();
    for (Path library : needed) {
      Optional<String> why = PathTrust.whyUntrusted(library);
      if (why.isPresent()) {
        throw new NativeLoadException(
            NativeLoadException.Reason.CHANGED,
            "%s is not used: %s".formatted(library, why.get()),
            "use a library that only root or you can change",
            null);
      }
      try {
        System.load(library.toString());
      } catch (UnsatisfiedLinkError e) {
        throw NativeLoadException.of(library.toString(), e);
      }
    }
    Natives.load(
        List.of("lib/" + CUBLAS_LIBRARY),
        change,
        natives ->
            natives.initialiseJCuda(CUBLAS_LIBRARY, () -> JCublas2.setExceptionsEnabled(false)));
    cublas = true;
  }

  /**
   * For the static initialiser of classes that use JCublas.
   *
   * @throws IllegalStateException unless it is loaded
   */
  public static void requireCublas() {
    if (!cublasLoaded()) {
      throw new IllegalStateException("JCublas is used before it is loaded");
    }
  }
}
