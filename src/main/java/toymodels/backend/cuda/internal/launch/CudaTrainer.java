package toymodels.backend.cuda.internal.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toymodels.backend.cuda.CudaOptions;
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.Stopwatch;
import toymodels.model.ModelBatch;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;

/**
 * Trains models on one or more GPUs, each with its own share of them. What is on a GPU is newer
 * than the host's copy until it is asked for.
 */
public final class CudaTrainer implements Trainer, DeviceWeights {
  private final Study study;
  private final Checkpoint host;
  private final List<DeviceShard> shares = new ArrayList<>();
  private int step;

  public CudaTrainer(
      List<Gpu> gpus, CudaOptions options, Study study, ModelSlice range, Checkpoint begin) {
    this.study = study;
    this.host = begin;
    this.step = begin.step();
    try {
      int gpusUsed = Math.max(1, Math.min(gpus.size(), range.count()));
      for (int g = 0; g < gpusUsed; g++) {
        int first = (int) ((long) range.count() * g / gpusUsed);
        int end = (int) ((long) range.count() * (g + 1) / gpusUsed);
        if (end > first) {
          ModelSlice own = new ModelSlice(first, end - first);
          shares.add(new DeviceShard(gpus.get(g), options, study, begin, own, range.first()));
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void advance(int steps) {
    Trainer.requireWithinPlan(step, steps, study.plan());
    int modelChunks = shares.stream().mapToInt(DeviceShard::modelChunks).max().orElse(0);
    for (int modelChunk = 0; modelChunk < modelChunks && steps > 0; modelChunk++) {
      for (DeviceShard share : shares) {
        share.uploadChunk(modelChunk);
      }
      int chunk = shares.stream().mapToInt(DeviceShard::stepsOfLaunch).min().orElse(1);
      for (int done = 0; done < steps; done += chunk) {
        int now = Math.min(chunk, steps - done);
        for (DeviceShard share : shares) {
          share.launch(modelChunk, step + done, now);
        }
        for (DeviceShard share : shares) {
          share.await();
        }
      }
    }
    step += steps;
  }

  /** Takes steps; returns how many seconds of the first GPU's own clock they took. */
  public double timed(int steps) {
    try (Stopwatch watch = shares.get(0).stopwatch()) {
      watch.begin();
      advance(steps);
      return watch.end();
    }
  }

  @Override
  public int stepsTaken() {
    return step;
  }

  @Override
  public float[] losses() {
    shares.forEach(DeviceShard::fetchLosses);
    return host.losses().clone();
  }

  @Override
  public ModelBatch snapshot() {
    shares.forEach(DeviceShard::fetchWeights);
    return host.weights().copy();
  }

  @Override
  public Optional<String> notContiguousReason() {
    int modelChunks = shares.stream().mapToInt(DeviceShard::modelChunks).sum();
    if (shares.size() > 1) {
      return Optional.of("the models are shared by %d GPUs".formatted(shares.size()));
    }
    return modelChunks == 1
        ? Optional.empty()
        : Optional.of("the models come to the GPU in %d chunks".formatted(modelChunks));
  }

  @Override
  public void copyWeights(DeviceMemory to) {
    notContiguousReason()
        .ifPresent(
            why -> {
              throw new IllegalStateException("copying all weights on the GPU: " + why);
            });
    shares.get(0).copyWeights(to);
  }

  @Override
  public Checkpoint checkpoint() {
    shares.forEach(DeviceShard::fetch);
    return new Checkpoint(
            step,
            host.weights(),
            host.firstMoments(),
            host.secondMoments(),
            host.losses(),
            host.divergedAt())
        .copy();
  }

  @Override
  public void close() {
    shares.forEach(DeviceShard::close);
    shares.clear();
  }
}
