package toymodels.backend;

import java.util.List;
import java.util.Optional;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.cuda.CudaBackend;
import toymodels.backend.cuda.CudaOptions;
import toymodels.backend.reference.ReferenceBackend;
import toymodels.train.Backend;
import toymodels.train.Determinism;

/** The one list of backends. */
public final class Backends {
  private static final String CUDA = "cuda";

  private Backends() {}

  /** Names that {@link #open} knows; {@code auto} is the fastest that works here. */
  public static List<String> names() {
    return List.of("auto", CUDA, "cpu", "reference");
  }

  /** Empty if {@link #open} can open this backend here; else, in a sentence, why not. */
  public static Optional<String> unavailableReason(String name) {
    return name.equals(CUDA) ? CudaBackend.unavailableReason() : Optional.empty();
  }

  /** Opens a backend, with strict arithmetic but for the reference. */
  public static Backend open(String name, int threads) {
    return open(name, threads, Determinism.BITWISE);
  }

  /**
   * Opens a backend.
   *
   * @param name one of {@link #names()}
   * @param threads CPU threads to use, at least 1
   * @param determinism bitwise, or fast: a backend may then be faster and give up the order of sums
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Backend open(String name, int threads, Determinism determinism) {
    return open(name, threads, CudaOptions.fromProperties().withDeterminism(determinism));
  }

  /** The same, with all that can be said of how GPUs are used, and by which arithmetic. */
  public static Backend open(String name, int threads, CudaOptions gpus) {
    return switch (name) {
      case "auto" -> open(unavailableReason(CUDA).isEmpty() ? CUDA : "cpu", threads, gpus);
      case CUDA -> new CudaBackend(gpus);
      case "cpu" -> new CpuBackend(threads);
      case "reference" -> new ReferenceBackend();
      default ->
          throw new IllegalArgumentException(
              "backend = '%s', allowed is one of %s".formatted(name, names()));
    };
  }
}
