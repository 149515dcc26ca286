package toymodels.backend;

import java.util.List;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.reference.ReferenceBackend;
import toymodels.train.Backend;

/** The one list of backends. */
public final class Backends {
  private Backends() {}

  /** Names that {@link #open} knows; {@code auto} is the fastest that works here. */
  public static List<String> names() {
    return List.of("auto", "cpu", "reference");
  }

  /**
   * Opens a backend.
   *
   * @param name one of {@link #names()}
   * @param threads CPU threads to use, at least 1
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Backend open(String name, int threads) {
    return switch (name) {
      case "auto", "cpu" -> new CpuBackend(threads);
      case "reference" -> new ReferenceBackend();
      default ->
          throw new IllegalArgumentException(
              "backend = '%s', allowed is one of %s".formatted(name, names()));
    };
  }
}
