package toymodels.backend.cuda;

import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.BackendContract;
import toymodels.train.Arithmetic;
import toymodels.train.Backend;
import toymodels.train.Estimator;

/** Rung 0 on every shape of the contract, not only on those that it is made for. */
@ExtendWith({DriverEmulator.class, NeedsCublas.class})
class CublasContractTest extends BackendContract {
  static final CudaOptions BY_CUBLAS =
      CudaOptions.fromProperties().withArithmetic(Arithmetic.FAST).withRung(Rung.CUBLAS);

  @Override
  protected Backend open() {
    return new CudaBackend(BY_CUBLAS);
  }

  @Override
  protected boolean offers(Estimator estimator) {
    return !estimator.sparse();
  }

  /** cuBLAS may take another order of sums for another number of products. */
  @Override
  protected boolean sumsAlikeInEveryRange() {
    return false;
  }
}
