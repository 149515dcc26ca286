package toymodels.backend.cuda;

import java.time.Duration;
import java.util.Optional;
import toymodels.train.Determinism;

/**
 * How GPUs are used; none of it but {@link Determinism#FAST} changes a bit of the results.
 *
 * @param devices how many GPUs at most; models are dealt evenly to them
 * @param memoryLimit bytes of each GPU that models may use, at most
 * @param modelChunks the least number of chunks of models; more are made where memory asks for them
 * @param variant the train step to use, or empty for the one meant for the shape
 * @param determinism strict, or fast: then cuBLAS trains the models that no SM holds
 * @param watchdog how long the GPU may take for one launch
 */
public record CudaOptions(
    int devices,
    long memoryLimit,
    int modelChunks,
    Optional<KernelVariant> variant,
    Determinism determinism,
    Duration watchdog) {
  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public CudaOptions {
    if (devices < 1 || memoryLimit < 1 || modelChunks < 1 || watchdog.isNegative()) {
      throw new IllegalArgumentException(
          "GPU options: devices = %d, memory = %d, model_chunks = %d, allowed is at least 1"
              .formatted(devices, memoryLimit, modelChunks));
    }
    if (determinism == Determinism.REFERENCE) {
      throw new IllegalArgumentException("GPU options: arithmetic is strict or fast");
    }
    if (determinism == Determinism.BITWISE
        && variant.map(KernelVariant::determinism).filter(Determinism.FAST::equals).isPresent()) {
      throw new IllegalArgumentException(
          "train step %s sums in an order of its own: it needs fast arithmetic"
              .formatted(variant.get()));
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
        Determinism.BITWISE,
        Duration.ofSeconds(Integer.getInteger("toymodels.gpu.watchdog", 60)));
  }

  public CudaOptions withDevices(int value) {
    return new CudaOptions(value, memoryLimit, modelChunks, variant, determinism, watchdog);
  }

  public CudaOptions withMemoryLimit(long value) {
    return new CudaOptions(devices, value, modelChunks, variant, determinism, watchdog);
  }

  public CudaOptions withModelChunks(int value) {
    return new CudaOptions(devices, memoryLimit, value, variant, determinism, watchdog);
  }

  public CudaOptions withVariant(KernelVariant value) {
    return new CudaOptions(
        devices, memoryLimit, modelChunks, Optional.of(value), determinism, watchdog);
  }

  public CudaOptions withDeterminism(Determinism value) {
    return new CudaOptions(devices, memoryLimit, modelChunks, variant, value, watchdog);
  }

  public CudaOptions withWatchdog(Duration value) {
    return new CudaOptions(devices, memoryLimit, modelChunks, variant, determinism, value);
  }
}
