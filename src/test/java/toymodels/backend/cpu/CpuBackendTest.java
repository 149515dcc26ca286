package toymodels.backend.cpu;

import java.util.Optional;
import java.util.function.Supplier;
import toymodels.backend.BackendContract;
import toymodels.train.Backend;

class CpuBackendTest extends BackendContract {
  @Override
  protected Backend open() {
    return new CpuBackend(2);
  }

  @Override
  protected Optional<Supplier<Backend>> canonical() {
    return Optional.of(CpuBackend::scalar);
  }
}
