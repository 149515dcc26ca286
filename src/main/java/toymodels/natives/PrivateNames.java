package toymodels.natives;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Where LWJGL finds the libraries that belong to it: LWJGL makes one of these by its name and asks
 * it for each. An absolute path is loaded as it is, so that LWJGL never unpacks anything; a library
 * that was not unpacked in time does not load at all.
 */
public final class PrivateNames implements UnaryOperator<String> {
  private static volatile Path directory = Path.of("/nonexistent");

  /** Made by LWJGL. */
  public PrivateNames() {}

  static void use(Path now) {
    directory = now;
  }

  @Override
  public String apply(String library) {
    return directory.resolve(System.mapLibraryName(library)).toString();
  }
}
