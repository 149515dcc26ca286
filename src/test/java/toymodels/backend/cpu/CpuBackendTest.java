package toymodels.backend.cpu;

import java.util.Optional;
import toymodels.backend.BackendContract;
import toymodels.train.Backend;

class CpuBackendTest extends BackendContract {
  @Override
  protected Backend open() {
    return new CpuBackend(2);
  }

  @Override
  protected Optional<Backend> expectedBits() {
    return Optional.of(CpuBackend.scalar());
  }
}
