package toymodels.backend.reference;

import toymodels.backend.BackendContract;
import toymodels.train.Backend;

class ReferenceBackendTest extends BackendContract {
  @Override
  protected Backend open() {
    return new ReferenceBackend();
  }

  /** It trains in double, and checkpoints hold floats. */
  @Override
  protected boolean resumesExactly() {
    return false;
  }
}
