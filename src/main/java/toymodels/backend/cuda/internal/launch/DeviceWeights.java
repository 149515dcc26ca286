package toymodels.backend.cuda.internal.launch;

import java.util.Optional;
import toymodels.backend.cuda.internal.driver.DeviceMemory;

/**
 * A trainer whose weights lie on a GPU, where they can be copied between two launches. For the
 * thread that trains.
 */
public interface DeviceWeights {
  /** Empty if all models lie on one GPU; else, in a sentence, why not. */
  Optional<String> notContiguousReason();

  /**
   * Copies the parameters of all models to other memory of the same GPU, and waits for that copy:
   * no bus is crossed.
   *
   * @param to (models, parameters): encoder, decoder if untied, biases
   * @throws IllegalStateException if {@link #notContiguousReason} has a reason
   */
  void copyWeights(DeviceMemory to);
}
