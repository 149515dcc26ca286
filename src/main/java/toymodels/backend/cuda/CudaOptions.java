package toymodels.backend.cuda;

import java.time.Duration;
import java.util.Optional;
import toymodels.train.Arithmetic;

/**
 * How GPUs are used; none of it but {@link Arithmetic#FAST} changes a bit of the results.
 *
 * @param devices how many GPUs at most; models are dealt evenly to them
 * @param memoryLimit bytes of each GPU that models may use, at most
 * @param waves the least number of waves; more are made where memory asks for them
 * @param rung the train step to use, or empty for the one meant for the shape
 * @param arithmetic strict, or fast: then cuBLAS trains the models that no SM holds
 * @param watchdog how long the GPU may take for one launch
 */
public record CudaOptions(
    int devices,
    long memoryLimit,
    int waves,
    Optional<Rung> rung,
    Arithmetic arithmetic,
    Duration watchdog) {
  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public CudaOptions {
    if (devices < 1 || memoryLimit < 1 || waves < 1 || watchdog.isNegative()) {
      throw new IllegalArgumentException(
          "GPU options: devices = %d, memory = %d, waves = %d, allowed is at least 1"
              .formatted(devices, memoryLimit, waves));
    }
    if (arithmetic == Arithmetic.REFERENCE) {
      throw new IllegalArgumentException("GPU options: arithmetic is strict or fast");
    }
    if (arithmetic == Arithmetic.STRICT
        && rung.map(Rung::arithmetic).filter(Arithmetic.FAST::equals).isPresent()) {
      throw new IllegalArgumentException(
          "train step %s sums in an order of its own: it needs fast arithmetic"
              .formatted(rung.get()));
    }
  }

  /**
   * All GPUs and their memory, or what {@code -Dtoymodels.gpu.devices}, {@code .memory} (bytes),
   * {@code .model_chunks}, or its former name {@code .waves}, and {@code .watchdog} (seconds) say.
   */
  public static CudaOptions fromProperties() {
    return new CudaOptions(
        Integer.getInteger("toymodels.gpu.devices", Integer.MAX_VALUE),
        Long.getLong("toymodels.gpu.memory", Long.MAX_VALUE),
        Integer.getInteger(
            "toymodels.gpu.model_chunks", Integer.getInteger("toymodels.gpu.waves", 1)),
        Optional.empty(),
        Arithmetic.STRICT,
        Duration.ofSeconds(Integer.getInteger("toymodels.gpu.watchdog", 60)));
  }

  public CudaOptions withDevices(int value) {
    return new CudaOptions(value, memoryLimit, waves, rung, arithmetic, watchdog);
  }

  public CudaOptions withMemoryLimit(long value) {
    return new CudaOptions(devices, value, waves, rung, arithmetic, watchdog);
  }

  public CudaOptions withWaves(int value) {
    return new CudaOptions(devices, memoryLimit, value, rung, arithmetic, watchdog);
  }

  public CudaOptions withRung(Rung value) {
    return new CudaOptions(devices, memoryLimit, waves, Optional.of(value), arithmetic, watchdog);
  }

  public CudaOptions withArithmetic(Arithmetic value) {
    return new CudaOptions(devices, memoryLimit, waves, rung, value, watchdog);
  }

  public CudaOptions withWatchdog(Duration value) {
    return new CudaOptions(devices, memoryLimit, waves, rung, arithmetic, value);
  }
}
