package toymodels.backend.cuda;

import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.BackendContract;
import toymodels.backend.cpu.CpuBackend;
import toymodels.train.Backend;
import toymodels.train.GradientEstimator;

@ExtendWith(DriverEmulator.class)
class CudaBackendTest extends BackendContract {
  @Override
  protected Backend open() {
    return new CudaBackend(CudaOptions.fromProperties());
  }

  @Override
  protected Optional<Supplier<Backend>> canonical() {
    return Optional.of(() -> new CpuBackend(2));
  }

  @Override
  protected boolean offers(GradientEstimator estimator) {
    return !estimator.sparse();
  }
}
