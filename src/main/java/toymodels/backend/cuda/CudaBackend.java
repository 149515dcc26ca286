package toymodels.backend.cuda;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toymodels.backend.cuda.internal.cublas.Cublas;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.Ptx;
import toymodels.backend.cuda.internal.launch.CudaTrainer;
import toymodels.backend.exact.ExactTrainer;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Determinism;
import toymodels.train.GradientEstimator;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;

/**
 * Trains on NVIDIA GPUs: whole steps fused into one kernel, the same bits as the CPU backend.
 * Several GPUs share the models of a study. Asked for fast arithmetic, models that no SM holds are
 * trained by cuBLAS, within a tolerance of those bits.
 */
public final class CudaBackend implements Backend {
  private final CudaOptions options;
  private final List<Gpu> gpus = new ArrayList<>();

  /** Empty if a GPU can train here; else, in a sentence, why not. */
  public static Optional<String> unavailableReason() {
    return Ptx.isBuilt(KernelVariant.RESIDENT.module())
        ? Gpu.unavailableReason()
        : Optional.of(
            "the kernels are not in this build: their sources were changed, and nvcc was not found");
  }

  /**
   * The cuBLAS that {@link Determinism#FAST} uses, its version and its place.
   *
   * @throws GpuException.Unavailable if there is none, saying why
   */
  public static String cublas() {
    try (Gpu gpu = Gpu.open(0);
        GpuStream stream = new GpuStream(gpu);
        Cublas cublas = new Cublas(gpu, stream)) {
      return cublas.version();
    }
  }

  /** Empty if there is a cuBLAS for {@link Determinism#FAST}; else, in a sentence, why not. */
  public static Optional<String> whyNoCublas() {
    return Cublas.unavailableReason();
  }

  /**
   * Opens the GPUs.
   *
   * @throws GpuException.Unavailable if there is none, saying why
   */
  public CudaBackend(CudaOptions options) {
    this.options = reachable(options);
    int count = Math.min(options.devices(), Math.max(Gpu.count(), 1));
    try {
      for (int ordinal = 0; ordinal < count; ordinal++) {
        gpus.add(Gpu.open(ordinal));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The same options, but strict where fast arithmetic needs a cuBLAS that is not here. */
  private static CudaOptions reachable(CudaOptions options) {
    if (options.determinism() == Determinism.BITWISE || Gpu.unavailableReason().isPresent()) {
      return options;
    }
    Optional<String> why = whyNoCublas();
    if (why.isEmpty()) {
      return options;
    }
    if (options.variant().isPresent()) {
      throw new GpuException.Unavailable("no cuBLAS to train with: " + why.get());
    }
    System.getLogger(CudaBackend.class.getName())
        .log(Level.WARNING, "training strictly, with the same results: {0}", why.get());
    return options.withDeterminism(Determinism.BITWISE);
  }

  @Override
  public Determinism determinism() {
    return options.determinism();
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String description() {
    Gpu first = gpus.get(0);
    return "%s%s, CUDA %s%s"
        .formatted(
            gpus.size() > 1 ? gpus.size() + " x " : "",
            first.name(),
            Ptx.cudaName(Gpu.driverVersion()),
            determinism() == Determinism.FAST ? ", fast" : "");
  }

  /** Exact gradients are the host's work: no kernel takes sums in double. */
  @Override
  public TrainedBy trainedBy(Study study) {
    return study.plan().estimator() == GradientEstimator.EXACT
        ? ExactTrainer.TRAINED_BY
        : Backend.super.trainedBy(study);
  }

  /** The GPU that trains, if it is only one. */
  public Optional<Gpu> onlyGpu() {
    return gpus.size() == 1 ? Optional.of(gpus.get(0)) : Optional.empty();
  }

  @Override
  public Optional<String> unsupportedReason(Study study) {
    GradientEstimator estimator = study.plan().estimator();
    return estimator.sparse()
        ? Optional.of(
            "estimator '%s' is not offered by backend 'cuda', which trains by 'iid': use backend 'cpu'"
                .formatted(estimator.configName()))
        : Optional.empty();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the plan has a sparse estimator
   * @throws GpuException.OutOfMemory if not even one model fits a GPU
   */
  @Override
  public Trainer start(Study study, ModelSlice range, Optional<Checkpoint> from) {
    if (study.plan().estimator() == GradientEstimator.EXACT) {
      return new ExactTrainer(study, range, from);
    }
    unsupportedReason(study)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    Checkpoint begin =
        from.map(c -> c.requireFits(study, range).copy())
            .orElseGet(() -> Checkpoint.initial(study, range));
    return new CudaTrainer(gpus, options, study, range, begin);
  }

  @Override
  public void close() {
    gpus.forEach(Gpu::close);
    gpus.clear();
  }
}
