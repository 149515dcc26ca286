package toymodels.backend.cuda.internal.launch;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import toymodels.backend.cuda.CudaOptions;
import toymodels.backend.cuda.GpuException;
import toymodels.backend.cuda.KernelVariant;
import toymodels.backend.cuda.internal.cublas.Cublas;
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.KernelArgument;
import toymodels.backend.cuda.internal.driver.KernelModule;
import toymodels.backend.cuda.internal.driver.Product;
import toymodels.backend.cuda.internal.driver.Staging;
import toymodels.backend.cuda.internal.driver.Stopwatch;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.Determinism;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/**
 * One GPU's share of the models: as many model chunks as its memory asks for, one of them on the
 * device at a time.
 */
final class DeviceShard implements AutoCloseable {
  /** A launch is meant to last about a second: progress, watchdog, and desktops that must draw. */
  private static final double FLOPS_OF_LAUNCH = 1e12;

  private static final int MOST_STEPS_OF_LAUNCH = 1000;
  private static final int UPDATE_BYTES = 32;
  private static final int NONE = -1;

  private final Gpu gpu;
  private final Study study;
  private final Checkpoint host;
  private final ModelSlice range;
  private final int firstId;
  private final KernelVariant variant;
  private final Duration watchdog;
  private final TaskTables tables;
  private final int stepsOfLaunch;
  private final List<Runnable> opened = new ArrayList<>();
  private DeviceState models;
  private int modelChunkSize;
  private GpuStream stream;
  private Staging staging;
  private TrainingArguments arguments;
  private StepLaunch step;
  private int resident = NONE;
  private boolean dirty;

  /**
   * @param host state of all models of the trainer, kept by it
   * @param range this share's models, by their place in the host state
   * @param offset id in the study of the first model of the host state
   */
  DeviceShard(
      Gpu gpu, CudaOptions options, Study study, Checkpoint host, ModelSlice range, int offset) {
    this.gpu = gpu;
    this.study = study;
    this.host = host;
    this.range = range;
    this.firstId = offset + range.first();
    this.watchdog = options.watchdog();
    int shared = gpu.sharedBytesOfBlock();
    this.variant =
        options
            .variant()
            .orElseGet(() -> KernelVariant.production(study, shared, options.determinism()));
    variant
        .unsupportedReason(study, shared)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(
                  "train step %s for %s: %s"
                      .formatted(variant, KernelVariant.describe(study.shape()), why));
            });
    this.tables = new TaskTables(study);
    this.stepsOfLaunch = stepsOfLaunch(study, range.count());
    try {
      stream = own(new GpuStream(gpu), GpuStream::close);
      long stateBytes = range.count() * study.shape().parameters() * Float.BYTES;
      long largest = Math.max(stateBytes, Math.max(tables.bytes(), tableBytes(stepsOfLaunch)));
      staging = own(new Staging(gpu, stream, watchdog, largest), Staging::close);
      arguments =
          new TrainingArguments(
              own(new KernelArgument(gpu, TrainingArguments.BYTES), KernelArgument::close));
      KernelModule module = gpu.module(variant.module());
      Optional<Cublas> cublas =
          variant.determinism() == Determinism.FAST
              ? Optional.of(own(new Cublas(gpu, stream), Cublas::close))
              : Optional.empty();
      step = new StepLaunch(variant, study, stream, module, cublas);
      allocate(options);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private <T> T own(T resource, Consumer<T> closer) {
    opened.add(() -> closer.accept(resource));
    return resource;
  }

  private static int stepsOfLaunch(Study study, int models) {
    double flops = 10.0 * study.shape().weights() * study.plan().batch() * Math.max(models, 1);
    return (int) Math.max(1, Math.min(MOST_STEPS_OF_LAUNCH, FLOPS_OF_LAUNCH / flops));
  }

  /** Finds the largest model chunks that fit: first by counting, then by trying. */
  private void allocate(CudaOptions options) {
    long each = DeviceState.bytesOfModel(study.shape()) + variant.scratchBytes(study);
    long fixed = tables.bytes() + tableBytes(stepsOfLaunch);
    long budget = Math.min(gpu.freeBytes(), options.memoryLimit()) - fixed;
    long most = Math.max(1, budget / each);
    int modelChunks = (int) Math.max(options.modelChunks(), (range.count() + most - 1) / most);
    for (modelChunks = Math.min(modelChunks, range.count());
        ;
        modelChunks = Math.min(2 * modelChunks, range.count())) {
      modelChunkSize = (range.count() + modelChunks - 1) / modelChunks;
      long needed = fixed + each * modelChunkSize;
      if (modelChunkSize == 1 && needed > options.memoryLimit()) {
        throw tooLarge(needed, options.memoryLimit(), "allowed");
      }
      try {
        long scratch = variant.scratchBytes(study) * modelChunkSize;
        models =
            own(
                new DeviceState(
                    gpu, staging, study, tables, modelChunkSize, stepsOfLaunch, scratch),
                DeviceState::close);
        return;
      } catch (GpuException.OutOfMemory e) {
        if (modelChunkSize == 1) {
          GpuException.OutOfMemory clear = tooLarge(needed, gpu.freeBytes(), "free");
          clear.addSuppressed(e);
          throw clear;
        }
      }
    }
  }

  private GpuException.OutOfMemory tooLarge(long needed, long available, String word) {
    ModelShape shape = study.shape();
    return new GpuException.OutOfMemory(
        2,
        "training one of %s with batch %d on %s needs %d bytes, %s are %d: make the batch smaller"
            .formatted(
                KernelVariant.describe(shape), study.plan().batch(), gpu, needed, word, available));
  }

  private long address(Product.Place place) {
    return (place == Product.Place.WEIGHTS ? models.weights() : models.scratch()).address();
  }

  int modelChunks() {
    return (range.count() + modelChunkSize - 1) / modelChunkSize;
  }

  int stepsOfLaunch() {
    return stepsOfLaunch;
  }

  private ModelSlice modelChunk(int index) {
    int first = Math.min(index * modelChunkSize, range.count());
    return new ModelSlice(range.first() + first, Math.min(modelChunkSize, range.count() - first));
  }

  /** Sees to it that a model chunk's models are on the device. */
  void uploadChunk(int index) {
    if (resident == index || index >= modelChunks()) {
      return;
    }
    fetch();
    ModelSlice modelChunk = modelChunk(index);
    models.upload(
        host, modelChunk.first(), modelChunk.count(), firstId + modelChunk.first() - range.first());
    arguments.describe(study, models, modelChunk.count(), tables.maxSets);
    resident = index;
  }

  /** Queues steps of the model chunk that is on the device. */
  void launch(int index, int first, int steps) {
    if (index >= modelChunks()) {
      return;
    }
    gpu.makeCurrent();
    staging.upload(
        models.updates(),
        tableBytes(steps),
        (offset, piece) -> {
          for (int k = first + (int) (offset / UPDATE_BYTES); piece.hasRemaining(); k++) {
            put(piece, study.plan().adam().update(k, study.plan().learningRate(k)));
          }
        });
    int count = modelChunk(index).count();
    long table = models.updates().address();
    int each = variant.manySteps() ? steps : 1;
    for (int k = 0; k < steps; k += each) {
      arguments.steps(first + k, each, table + (long) k * UPDATE_BYTES);
      step.queue(count, arguments, this::address);
    }
    dirty = true;
  }

  private static long tableBytes(int steps) {
    return (long) steps * UPDATE_BYTES;
  }

  private static void put(ByteBuffer to, Adam.Update u) {
    to.putFloat(u.decay())
        .putFloat(u.beta1())
        .putFloat(u.oneMinusBeta1())
        .putFloat(u.beta2())
        .putFloat(u.oneMinusBeta2())
        .putFloat(u.rate())
        .putFloat(u.rootCorrection())
        .putFloat(u.epsilon());
  }

  void await() {
    stream.await(watchdog);
  }

  /** A watch of this GPU's own clock. */
  Stopwatch stopwatch() {
    return new Stopwatch(gpu, stream, watchdog);
  }

  /** Brings the host's copy up to date. */
  void fetch() {
    if (dirty) {
      ModelSlice modelChunk = modelChunk(resident);
      models.download(host, modelChunk.first(), modelChunk.count());
      dirty = false;
    }
  }

  void fetchWeights() {
    if (dirty) {
      ModelSlice modelChunk = modelChunk(resident);
      models.downloadWeights(host, modelChunk.first(), modelChunk.count());
    }
  }

  /** Copies the weights of the only model chunk to other memory of the GPU. */
  void copyWeights(DeviceMemory to) {
    uploadChunk(0);
    models.weights().copyTo(to, stream);
    stream.await(watchdog);
  }

  void fetchLosses() {
    if (dirty) {
      ModelSlice modelChunk = modelChunk(resident);
      models.downloadLosses(host, modelChunk.first(), modelChunk.count());
    }
  }

  @Override
  public void close() {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).run();
    }
    opened.clear();
  }
}
