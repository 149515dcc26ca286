package toymodels.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toymodels.analysis.EvaluatedLosses;
import toymodels.analysis.Evaluation;
import toymodels.analysis.LossEstimates;
import toymodels.run.config.RunConfig;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Safetensors;
import toymodels.run.file.SafetensorsWriter;
import toymodels.run.file.StorageException;
import toymodels.run.file.Tensor;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Progress;
import toymodels.train.StopSignal;

/**
 * Measures all models of a study, some at a time, and the best of each task once more. Losses of
 * those measured are kept in {@code ckpt/evaluation.safetensors} as often as checkpoints are, so
 * that a process that ends meanwhile loses no more of this than of training.
 */
final class ResumableEvaluation {
  static final String NAME = "evaluation.safetensors";

  /** As many models are measured between two looks at the stop signal as take about this long. */
  private static final long CHUNK_NANOS = 300_000_000;

  /** Each thread measures one model, so fewer would leave some idle. */
  private static final int LEAST_AT_ONCE = Runtime.getRuntime().availableProcessors();

  /** Samples of the few models that tell how long all will take. */
  private static final int PROBE_SAMPLES = 1024;

  /** Weights times samples times models that take a few seconds; less is not worth a forecast. */
  private static final double FORECAST_FROM = 4e9;

  private static final String LOSSES = "eval.loss";
  private static final String ERRORS = "eval.loss_error";

  private final StudyDirectory directory;
  private final RunConfig config;
  private final ModelSlice range;
  private final String arithmetic;
  private final Progress progress;
  private final StopSignal stop;

  ResumableEvaluation(
      StudyDirectory directory,
      ModelSlice range,
      String arithmetic,
      Progress progress,
      StopSignal stop) {
    this.directory = directory;
    this.config = directory.config();
    this.range = range;
    this.arithmetic = arithmetic;
    this.progress = progress;
    this.stop = stop;
  }

  /** About how long all models will take, as a few of a study's initial models do. */
  static Duration expected(RunConfig config) {
    int models = config.study().models();
    Evaluation evaluation = config.evaluation();
    double work = (double) models * evaluation.samples() * config.study().shape().weights();
    if (work < FORECAST_FROM) {
      return Duration.ZERO;
    }
    int samples = Math.min(evaluation.samples(), PROBE_SAMPLES);
    Evaluation probe = new Evaluation(evaluation.method(), samples);
    ModelSlice few = new ModelSlice(0, Math.min(LEAST_AT_ONCE, models));
    Checkpoint begin = Checkpoint.initial(config.study(), few);
    probe.losses(config.study(), few, begin.weights()); // Compiles the code.
    long start = System.nanoTime();
    probe.losses(config.study(), few, begin.weights());
    double nanos = System.nanoTime() - start;
    double all = (double) models / few.count() * evaluation.samples();
    return Duration.ofNanos((long) (nanos * all / samples));
  }

  /**
   * What there is to say of every model; empty if asked to stop meanwhile, those measured saved.
   */
  Optional<EvaluatedLosses> of(Checkpoint state) {
    Evaluation evaluation = config.evaluation();
    LossEstimates losses = LossEstimates.unmeasured(range.count());
    if (!measureAll(state, losses)) {
      return Optional.empty();
    }
    LossEstimates fresh = LossEstimates.unmeasured(range.count());
    int[] finalists = evaluation.finalists(config.study(), losses);
    for (int k = 0; k < finalists.length; k++) {
      progress.working("measuring the best models again", k, finalists.length);
      if (stop.requested()) {
        save(state, losses, range.count());
        return Optional.empty();
      }
      int model = finalists[k];
      fresh.put(
          model, evaluation.freshLoss(config.study(), model, state.weights().slice(model, 1)));
    }
    return Optional.of(
        new EvaluatedLosses(evaluation.method(), evaluation.samples(), losses, fresh));
  }

  /** Measures every model; false if asked to stop meanwhile, those measured saved. */
  private boolean measureAll(Checkpoint state, LossEstimates losses) {
    int first = restore(state, losses);
    long saved = System.nanoTime();
    double nanos = config.checkpoints().seconds() * 1e9;
    int atOnce = LEAST_AT_ONCE;
    while (first < range.count()) {
      progress.working("measuring models", first, range.count());
      if (stop.requested()) {
        save(state, losses, first);
        return false;
      }
      int count = Math.min(atOnce, range.count() - first);
      long start = System.nanoTime();
      measure(state, losses, first, count);
      first += count;
      long took = System.nanoTime() - start;
      if (took < CHUNK_NANOS / 2) {
        atOnce = Math.min(2 * atOnce, 1 << 16);
      } else if (took > 2 * CHUNK_NANOS) {
        atOnce = Math.max(LEAST_AT_ONCE, atOnce / 2);
      }
      if (first < range.count() && System.nanoTime() - saved > nanos) {
        save(state, losses, first);
        saved = System.nanoTime();
      }
    }
    return true;
  }

  private void measure(Checkpoint state, LossEstimates losses, int first, int count) {
    losses.put(
        first,
        config
            .evaluation()
            .losses(
                config.study(),
                new ModelSlice(range.first() + first, count),
                state.weights().slice(first, count)));
  }

  private Path file() {
    return directory.path().resolve(StudyDirectory.CHECKPOINTS).resolve(NAME);
  }

  private Map<String, String> metadata(Checkpoint state) {
    Map<String, String> metadata =
        new LinkedHashMap<>(SavedModels.metadata(config, state.step(), arithmetic));
    metadata.put("samples", Integer.toString(config.evaluation().samples()));
    metadata.put("method", config.evaluation().method().configName());
    return metadata;
  }

  private void save(Checkpoint state, LossEstimates losses, int count) {
    if (count > 0) {
      SafetensorsWriter.write(
          directory.disk(),
          file(),
          config.checkpoints().readBack(),
          metadata(state),
          List.of(
              Tensor.doubles(LOSSES, Arrays.copyOf(losses.means(), count), count),
              Tensor.doubles(ERRORS, Arrays.copyOf(losses.standardErrors(), count), count)));
    }
  }

  /** Reads losses measured before; how many there are, 0 if none can be relied on. */
  private int restore(Checkpoint state, LossEstimates losses) {
    if (!Files.isRegularFile(file(), LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    try (Safetensors tensors = Safetensors.open(file())) {
      tensors.verify();
      double[] before = tensors.find(LOSSES).map(tensors::doubles).orElse(new double[0]);
      double[] errors = tensors.find(ERRORS).map(tensors::doubles).orElse(new double[0]);
      boolean ours =
          before.length > 0
              && before.length <= range.count()
              && errors.length == before.length
              && tensors.metadata().entrySet().containsAll(metadata(state).entrySet());
      if (!ours) {
        return 0;
      }
      // The last one once more: another version of toymodels may measure otherwise.
      int last = before.length - 1;
      measure(state, losses, last, 1);
      if (Double.compare(losses.means()[last], before[last]) != 0) {
        return 0;
      }
      losses.put(0, new LossEstimates(before, errors));
      return before.length;
    } catch (DamagedFileException e) {
      return 0; // Only time is lost: they are measured again.
    }
  }

  /** Removes what {@link #of} has saved, once the results hold it. */
  static void forget(StudyDirectory directory) {
    Path file = directory.path().resolve(StudyDirectory.CHECKPOINTS).resolve(NAME);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      StorageException.telling(
          "deleting " + NAME,
          file,
          () -> {
            directory.disk().delete(file);
            return null;
          });
    }
  }
}
