package toymodels.backend.cpu;

import java.util.Optional;
import java.util.function.Supplier;
import toymodels.backend.cpu.internal.dense.DenseStep;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.LayerModelTrainer;
import toymodels.backend.cpu.internal.dense.ModelTrainer;
import toymodels.backend.cpu.internal.dense.ParallelModelTrainer;
import toymodels.backend.cpu.internal.dense.ScalarKernels;
import toymodels.backend.cpu.internal.dense.WorkerPool;
import toymodels.backend.cpu.internal.gram.GramKernels;
import toymodels.backend.cpu.internal.gram.GramModelTrainer;
import toymodels.backend.cpu.internal.gram.ScalarGramKernels;
import toymodels.backend.cpu.internal.sparse.ScalarSparseLayerKernels;
import toymodels.backend.cpu.internal.sparse.SparseLayerKernels;
import toymodels.backend.cpu.internal.sparse.SparseLayerStep;
import toymodels.backend.cpu.internal.vector.VectorGramKernels;
import toymodels.backend.cpu.internal.vector.VectorSparseLayerKernels;
import toymodels.backend.cpu.internal.vector.VectorWidth;
import toymodels.backend.exact.ExactTrainer;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.GradientEstimator;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;

/**
 * Trains on the CPU's vector units, on any number of threads and lanes with the same bits: the
 * canonical arithmetic of docs/arithmetic.md.
 */
public final class CpuBackend implements Backend {
  private static final int MAX_THREADS = 4096;

  private final Kernels kernels;
  private final WorkerPool crew;

  /**
   * Uses the widest vectors there are.
   *
   * @param threads 1 to {@value #MAX_THREADS}
   */
  public CpuBackend(int threads) {
    this(threads, VectorWidth.kernels());
  }

  private CpuBackend(int threads, Kernels kernels) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads = %d, allowed is 1 to %d".formatted(threads, MAX_THREADS));
    }
    this.kernels = kernels;
    crew = new WorkerPool(threads);
  }

  /** Plain loops on one thread: the canonical bits in their plainest form. */
  public static CpuBackend scalar() {
    return new CpuBackend(1, new ScalarKernels("as asked for"));
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String description() {
    return "%d thread%s, %s"
        .formatted(crew.threads(), crew.threads() == 1 ? "" : "s", kernels.description());
  }

  @Override
  public TrainedBy trainedBy(Study study) {
    return study.plan().estimator() == GradientEstimator.EXACT
        ? ExactTrainer.TRAINED_BY
        : Backend.super.trainedBy(study);
  }

  @Override
  public Trainer start(Study study, ModelSlice range, Optional<Checkpoint> from) {
    return switch (study.plan().estimator()) {
      case IID ->
          new CpuTrainer(
              () ->
                  new LayerModelTrainer(
                      kernels, new DenseStep(kernels, study.shape(), study.plan()), study, range),
              crew.threads() > 1 && ParallelModelTrainer.pays(study)
                  ? Optional.of(() -> new ParallelModelTrainer(kernels, crew, study, range))
                  : Optional.empty(),
              crew,
              study,
              range,
              from);
      case IID_SPARSE, STRATIFIED ->
          new CpuTrainer(
              study.shape().kind().reluHidden() ? layers(study, range) : gram(study, range),
              Optional.empty(),
              crew,
              study,
              range,
              from);
      case EXACT -> new ExactTrainer(study, range, from);
    };
  }

  private Supplier<ModelTrainer> gram(Study study, ModelSlice range) {
    GramKernels gram = kernels.lanes() == 1 ? new ScalarGramKernels() : new VectorGramKernels();
    return () -> new GramModelTrainer(kernels, gram, study, range);
  }

  private Supplier<ModelTrainer> layers(Study study, ModelSlice range) {
    SparseLayerKernels sparse =
        kernels.lanes() == 1 ? new ScalarSparseLayerKernels() : new VectorSparseLayerKernels();
    int batch = study.plan().batch();
    return () ->
        new LayerModelTrainer(
            kernels, new SparseLayerStep(sparse, study.shape(), batch), study, range);
  }

  @Override
  public void close() {
    crew.close();
  }
}
