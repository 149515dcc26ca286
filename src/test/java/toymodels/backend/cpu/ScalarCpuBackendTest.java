package toymodels.backend.cpu;

import toymodels.backend.BackendContract;
import toymodels.train.Backend;

class ScalarCpuBackendTest extends BackendContract {
  @Override
  protected Backend open() {
    return CpuBackend.scalar();
  }
}
