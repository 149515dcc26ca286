package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.BackendContract;
import toymodels.train.Arithmetic;
import toymodels.train.Backend;

/** Rung 0 on every shape of the contract, not only on those that it is made for. */
@ExtendWith(DriverEmulator.class)
class CublasContractTest extends BackendContract {
  static final CudaOptions BY_CUBLAS =
      CudaOptions.fromProperties().withArithmetic(Arithmetic.FAST).withRung(Rung.CUBLAS);

  /** A machine with a GPU may have no cuBLAS; the emulator always has its double. */
  static void requireCublas() {
    Optional<String> why = Cublas.whyUnavailable();
    if ("required".equals(System.getProperty("gpu"))) {
      assumeTrue(why.isEmpty(), why::orElseThrow);
    }
    assertEquals(Optional.empty(), why);
  }

  @Override
  protected Backend open() {
    requireCublas();
    return new CudaBackend(BY_CUBLAS);
  }

  /** cuBLAS may take another order of sums for another number of products. */
  @Override
  protected boolean sumsAlikeInEveryRange() {
    return false;
  }
}
