package toymodels.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toymodels.model.ModelBatch;
import toymodels.train.Checkpoint;
import toymodels.train.ModelRange;
import toymodels.train.Study;
import toymodels.train.Trainer;

/**
 * Trains models on one or more GPUs, each with its own share of them. What is on a GPU is newer
 * than the host's copy until it is asked for.
 */
final class CudaTrainer implements Trainer, DeviceWeights {
  private final Study study;
  private final Checkpoint host;
  private final List<GpuShare> shares = new ArrayList<>();
  private int step;

  CudaTrainer(
      List<Gpu> gpus, CudaOptions options, Study study, ModelRange range, Checkpoint begin) {
    this.study = study;
    this.host = begin;
    this.step = begin.step();
    try {
      int gpusUsed = Math.max(1, Math.min(gpus.size(), range.count()));
      for (int g = 0; g < gpusUsed; g++) {
        int first = (int) ((long) range.count() * g / gpusUsed);
        int end = (int) ((long) range.count() * (g + 1) / gpusUsed);
        if (end > first) {
          ModelRange own = new ModelRange(first, end - first);
          shares.add(new GpuShare(gpus.get(g), options, study, begin, own, range.first()));
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
    int waves = shares.stream().mapToInt(GpuShare::waves).max().orElse(0);
    for (int wave = 0; wave < waves && steps > 0; wave++) {
      for (GpuShare share : shares) {
        share.bring(wave);
      }
      int chunk = shares.stream().mapToInt(GpuShare::stepsOfLaunch).min().orElse(1);
      for (int done = 0; done < steps; done += chunk) {
        int now = Math.min(chunk, steps - done);
        for (GpuShare share : shares) {
          share.launch(wave, step + done, now);
        }
        for (GpuShare share : shares) {
          share.await();
        }
      }
    }
    step += steps;
  }

  /** Takes steps; returns how many seconds of the first GPU's own clock they took. */
  double timed(int steps) {
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
    shares.forEach(GpuShare::fetchLosses);
    return host.losses().clone();
  }

  @Override
  public ModelBatch snapshot() {
    shares.forEach(GpuShare::fetchWeights);
    return host.weights().copy();
  }

  @Override
  public Optional<String> whyApart() {
    int waves = shares.stream().mapToInt(GpuShare::waves).sum();
    if (shares.size() > 1) {
      return Optional.of("the models are shared by %d GPUs".formatted(shares.size()));
    }
    return waves == 1
        ? Optional.empty()
        : Optional.of("the models come to the GPU in %d waves".formatted(waves));
  }

  @Override
  public void copyWeights(DeviceMemory to) {
    whyApart()
        .ifPresent(
            why -> {
              throw new IllegalStateException("copying all weights on the GPU: " + why);
            });
    shares.get(0).copyWeights(to);
  }

  @Override
  public Checkpoint checkpoint() {
    shares.forEach(GpuShare::fetch);
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
    shares.forEach(GpuShare::close);
    shares.clear();
  }
}
