package toymodels.backend.cuda;

import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.BackendContract;
import toymodels.train.Backend;
import toymodels.train.Determinism;
import toymodels.train.GradientEstimator;

/** Rung 0 on every shape of the contract, not only on those that it is made for. */
@ExtendWith({DriverEmulator.class, NeedsCublas.class})
public class CublasContractTest extends BackendContract {
  public static final CudaOptions BY_CUBLAS =
      CudaOptions.fromProperties()
          .withDeterminism(Determinism.FAST)
          .withVariant(KernelVariant.CUBLAS);

  @Override
  protected Backend open() {
    return new CudaBackend(BY_CUBLAS);
  }

  @Override
  protected boolean offers(GradientEstimator estimator) {
    return !estimator.sparse();
  }

  /** cuBLAS may take another order of sums for another number of products. */
  @Override
  protected boolean sumsAlikeInEveryRange() {
    return false;
  }
}
