package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import toymodels.backend.cuda.internal.cublas.Cublas;

/**
 * Skips a test class on a machine that has a GPU and no cuBLAS; the emulator always has its double.
 */
public final class NeedsCublas implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Optional<String> why = Cublas.unavailableReason();
    if ("required".equals(System.getProperty("gpu"))) {
      assumeTrue(why.isEmpty(), why::orElseThrow);
    }
    assertEquals(Optional.empty(), why);
  }
}
