package toymodels.analysis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/**
 * How the trained models of a study are measured: what {@code eval.loss} is.
 *
 * @param method exact, or on which held-out samples
 * @param samples held-out samples of each model, 1 to 2²⁴; 0 where none are drawn
 */
public record Evaluation(Method method, int samples) {
  /** Models up to which each is measured on {@link HeldOutLoss#SAMPLES} samples. */
  private static final int FEW_MODELS = 256;

  /** Fewest samples of a study of many models; its best are measured on more. */
  private static final int FEWEST_SAMPLES = 1 << 12;

  /** Models of a task that are measured again on fresh samples, at the most. */
  private static final int FINALISTS = 8;

  /** What a loss is measured by. */
  public enum Method {
    /** {@link ExactLoss}: the expectation, without sampling. */
    EXACT("exact"),
    /** Samples that all models of a task share, and fresh ones for the best of them. */
    HELD_OUT("held-out"),
    /** Samples of each model's own, as version 0.1 did; for runs that it began. */
    OWN_SAMPLES("own-samples"),
    /** Not measured. */
    NONE("none");

    private final String configName;

    Method(String configName) {
      this.configName = configName;
    }

    /** The word for it in configs and in the metadata of files. */
    public String configName() {
      return configName;
    }

    /** The method of a word. */
    public static Optional<Method> of(String configName) {
      return Arrays.stream(values()).filter(m -> m.configName.equals(configName)).findFirst();
    }
  }

  /** No measurement. */
  public static final Evaluation NONE = new Evaluation(Method.NONE, 0);

  public Evaluation {
    boolean drawn = method == Method.HELD_OUT || method == Method.OWN_SAMPLES;
    int most = drawn ? HeldOutLoss.MAX_SAMPLES : 0;
    if (samples < (drawn ? 1 : 0) || samples > most) {
      throw new IllegalArgumentException(
          "eval.samples = %d with eval.method = %s: allowed is 1 to 2^24, or 0 without samples"
              .formatted(samples, method.configName()));
    }
  }

  /**
   * Exact where that is cheap for every task, else held out, on as many samples as {@link
   * #usualSamples} says.
   */
  public static Evaluation usual(Study study) {
    boolean exact = study.tasks().stream().allMatch(task -> ExactLoss.isCheap(study.shape(), task));
    return exact
        ? new Evaluation(Method.EXACT, 0)
        : new Evaluation(Method.HELD_OUT, usualSamples(study.models()));
  }

  /**
   * Samples a model by the number of models in the whole study: 2¹⁷ up to 256 models, then fewer in
   * proportion, so that the time does not grow, down to 2¹².
   */
  public static int usualSamples(int models) {
    int share = (int) ((long) HeldOutLoss.SAMPLES * FEW_MODELS / Math.max(FEW_MODELS, models));
    return Math.max(FEWEST_SAMPLES, Integer.highestOneBit(share));
  }

  /**
   * The losses of some models of a study.
   *
   * @param batch the parameters of exactly these models
   * @throws IllegalArgumentException if the batch is not of these models
   */
  public LossEstimates losses(Study study, ModelSlice range, ModelBatch batch) {
    return switch (method) {
      case EXACT -> {
        double[] means =
            IntStream.range(0, range.count())
                .parallel()
                .mapToDouble(k -> exact(study.task(range.first() + k), batch, k))
                .toArray();
        yield new LossEstimates(means, new double[means.length]);
      }
      case HELD_OUT -> HeldOutLoss.of(study, range, batch, samples, HeldOutLoss.Samples.COMMON);
      case OWN_SAMPLES -> HeldOutLoss.of(study, range, batch, samples, HeldOutLoss.Samples.OWN);
      case NONE -> LossEstimates.unmeasured(range.count());
    };
  }

  private static double exact(Task task, ModelBatch batch, int model) {
    return batch.isFinite(model) ? ExactLoss.of(task, batch, model) : Double.NaN;
  }

  /**
   * The models to measure again on fresh samples, by id, ascending: of each task of several models
   * those of least loss. The least of many noisy losses is too low by selection; on fresh samples
   * it is not. None where losses are exact.
   *
   * @param losses of all models of the study
   */
  public int[] finalists(Study study, LossEstimates losses) {
    if (method != Method.HELD_OUT || study.replicas() == 1) {
      return new int[0];
    }
    int replicas = study.replicas();
    return IntStream.range(0, study.tasks().size())
        .flatMap(
            task ->
                IntStream.range(task * replicas, (task + 1) * replicas)
                    .filter(k -> !Double.isNaN(losses.means()[k]))
                    .boxed()
                    .sorted(Comparator.comparingDouble(k -> losses.means()[k]))
                    .limit(FINALISTS)
                    .mapToInt(Integer::intValue)
                    .sorted())
        .toArray();
  }

  /**
   * The loss of one model on fresh samples: as many as all of its task were measured on, or more
   * where few models are measured again.
   *
   * @param batch the parameters of this model alone
   */
  public LossEstimates freshLoss(Study study, int model, ModelBatch batch) {
    int finalists = study.tasks().size() * Math.min(FINALISTS, study.replicas());
    int count = Math.max(samples, usualSamples(finalists));
    return HeldOutLoss.of(study, new ModelSlice(model, 1), batch, count, HeldOutLoss.Samples.FRESH);
  }
}
