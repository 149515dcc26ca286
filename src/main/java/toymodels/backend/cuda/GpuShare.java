package toymodels.backend.cuda;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Arithmetic;
import toymodels.train.Checkpoint;
import toymodels.train.ModelRange;
import toymodels.train.Study;

/**
 * One GPU's share of the models: as many waves as its memory asks for, one of them on the device at
 * a time.
 */
final class GpuShare implements AutoCloseable {
  /** A launch is meant to last about a second: progress, watchdog, and desktops that must draw. */
  private static final double FLOPS_OF_LAUNCH = 1e12;

  private static final int MOST_STEPS_OF_LAUNCH = 1000;
  private static final int UPDATE_BYTES = 32;
  private static final int NONE = -1;

  private final Gpu gpu;
  private final Study study;
  private final Checkpoint host;
  private final ModelRange range;
  private final int firstId;
  private final Rung rung;
  private final Duration watchdog;
  private final TaskTables tables;
  private final int stepsOfLaunch;
  private final List<Runnable> opened = new ArrayList<>();
  private DeviceModels models;
  private int waveSize;
  private GpuStream stream;
  private Staging staging;
  private TrainingArguments arguments;
  private StepLaunch step;
  private int resident = NONE;
  private boolean newer;

  /**
   * @param host state of all models of the trainer, kept by it
   * @param range this share's models, by their place in the host state
   * @param offset id in the study of the first model of the host state
   */
  GpuShare(
      Gpu gpu, CudaOptions options, Study study, Checkpoint host, ModelRange range, int offset) {
    this.gpu = gpu;
    this.study = study;
    this.host = host;
    this.range = range;
    this.firstId = offset + range.first();
    this.watchdog = options.watchdog();
    int shared = gpu.sharedBytesOfBlock();
    this.rung =
        options.rung().orElseGet(() -> Rung.production(study, shared, options.arithmetic()));
    rung.whyNot(study, shared)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(
                  "train step %s for %s: %s".formatted(rung, Rung.describe(study.shape()), why));
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
      KernelModule module = gpu.module(rung.module());
      Optional<Cublas> cublas =
          rung.arithmetic() == Arithmetic.FAST
              ? Optional.of(own(new Cublas(gpu, stream), Cublas::close))
              : Optional.empty();
      step = new StepLaunch(rung, study, stream, module, cublas);
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

  /** Finds the largest waves that fit: first by counting, then by trying. */
  private void allocate(CudaOptions options) {
    long each = DeviceModels.bytesOfModel(study.shape()) + rung.scratchBytes(study);
    long fixed = tables.bytes() + tableBytes(stepsOfLaunch);
    long budget = Math.min(gpu.freeBytes(), options.memoryLimit()) - fixed;
    long most = Math.max(1, budget / each);
    int waves = (int) Math.max(options.waves(), (range.count() + most - 1) / most);
    for (waves = Math.min(waves, range.count()); ; waves = Math.min(2 * waves, range.count())) {
      waveSize = (range.count() + waves - 1) / waves;
      long needed = fixed + each * waveSize;
      if (waveSize == 1 && needed > options.memoryLimit()) {
        throw tooLarge(needed, options.memoryLimit(), "allowed");
      }
      try {
        long scratch = rung.scratchBytes(study) * waveSize;
        models =
            own(
                new DeviceModels(gpu, staging, study, tables, waveSize, stepsOfLaunch, scratch),
                DeviceModels::close);
        return;
      } catch (GpuException.OutOfMemory e) {
        if (waveSize == 1) {
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
            .formatted(Rung.describe(shape), study.plan().batch(), gpu, needed, word, available));
  }

  private long address(Product.Place place) {
    return (place == Product.Place.WEIGHTS ? models.weights() : models.scratch()).address();
  }

  int waves() {
    return (range.count() + waveSize - 1) / waveSize;
  }

  int stepsOfLaunch() {
    return stepsOfLaunch;
  }

  private ModelRange wave(int index) {
    int first = Math.min(index * waveSize, range.count());
    return new ModelRange(range.first() + first, Math.min(waveSize, range.count() - first));
  }

  /** Sees to it that a wave's models are on the device. */
  void bring(int index) {
    if (resident == index || index >= waves()) {
      return;
    }
    fetch();
    ModelRange wave = wave(index);
    models.upload(host, wave.first(), wave.count(), firstId + wave.first() - range.first());
    arguments.describe(study, models, wave.count(), tables.maxSets);
    resident = index;
  }

  /** Queues steps of the wave that is on the device. */
  void launch(int index, int first, int steps) {
    if (index >= waves()) {
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
    int count = wave(index).count();
    long table = models.updates().address();
    int each = rung.manySteps() ? steps : 1;
    for (int k = 0; k < steps; k += each) {
      arguments.steps(first + k, each, table + (long) k * UPDATE_BYTES);
      step.queue(count, arguments, this::address);
    }
    newer = true;
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
    if (newer) {
      ModelRange wave = wave(resident);
      models.download(host, wave.first(), wave.count());
      newer = false;
    }
  }

  void fetchWeights() {
    if (newer) {
      ModelRange wave = wave(resident);
      models.downloadWeights(host, wave.first(), wave.count());
    }
  }

  /** Copies the weights of the only wave to other memory of the GPU. */
  void copyWeights(DeviceMemory to) {
    bring(0);
    models.weights().copyTo(to, stream);
    stream.await(watchdog);
  }

  void fetchLosses() {
    if (newer) {
      ModelRange wave = wave(resident);
      models.downloadLosses(host, wave.first(), wave.count());
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
