package toymodels.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/**
 * The loss that results are compared by: E Σᵢ Iᵢ (tᵢ − x'ᵢ)², the sum over features, on samples
 * that training never sees; t = x, or |x| where the kind says so. The notebook's loss is this over
 * n.
 *
 * <p>Samples are {@link Inputs#drawHeldOut} in blocks of {@value #BLOCK}. All models of a task are
 * measured on the same samples, so that chance does not decide between them; the samples depend on
 * the seed and the task alone. All arithmetic is double, from the float weights. A model is
 * measured by one thread in one order, so the result depends neither on the number of threads nor
 * on the other models.
 */
public final class HeldOutLoss {
  /** How many samples decide a check. */
  public static final int SAMPLES = 1 << 17;

  /** The most samples of one measurement: fresh samples begin after them. */
  public static final int MAX_SAMPLES = 1 << 24;

  /** Samples drawn at a time. */
  public static final int BLOCK = 1024;

  /** Samples computed at a time: their hidden vectors stay in the nearest cache. */
  static final int TILE = 128;

  /** Models that share what is drawn, at the most. */
  private static final int GROUP = 64;

  /** Weights of the models that share what is drawn, at the most: 8 MiB as double. */
  private static final int GROUP_WEIGHTS = 1 << 20;

  /** Which held-out samples a model is measured on. */
  public enum Samples {
    /** The same for all models of a task. */
    COMMON,
    /**
     * The same for all models of a task, and none of {@link #COMMON}: for models that were selected
     * by their loss on those, which is therefore too low.
     */
    FRESH,
    /** Of each model's own key, as version 0.1 measured: for runs that it began. */
    OWN
  }

  private HeldOutLoss() {}

  /** The losses of all models of a study on {@link #SAMPLES} common samples. */
  public static LossEstimates of(Study study, ModelBatch batch) {
    return of(study, ModelSlice.all(study), batch, SAMPLES, Samples.COMMON);
  }

  /**
   * The held-out losses of the models of a range.
   *
   * @param batch the parameters of exactly these models
   * @param samples how many samples, 1 to {@link #MAX_SAMPLES}
   * @param which the samples
   * @return sums over features, (models)
   * @throws IllegalArgumentException if the batch is not of these models, or samples are out of
   *     range
   */
  public static LossEstimates of(
      Study study, ModelSlice range, ModelBatch batch, int samples, Samples which) {
    if (!batch.shape().equals(study.shape())
        || batch.models() != range.count()
        || samples < 1
        || samples > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "the held-out loss of %d models of %s over %d samples, asked for %d models of %s: both"
                  .formatted(batch.models(), batch.shape(), samples, range.count(), study.shape())
              + " must agree, and 1 to 2^24 samples are needed");
    }
    LossEstimates losses = LossEstimates.unmeasured(range.count());
    groups(study, range, which).stream()
        .parallel()
        .forEach(group -> measure(study, range, group, batch, samples, which, losses));
    return losses;
  }

  /** Ranges of models that share their samples, few enough that all threads have work. */
  private static List<ModelSlice> groups(Study study, ModelSlice range, Samples which) {
    int threads = Runtime.getRuntime().availableProcessors();
    int most =
        Math.min(
            Math.min(GROUP, Math.max(1, GROUP_WEIGHTS / study.shape().weights())),
            Math.max(1, range.count() / (4 * threads)));
    List<ModelSlice> groups = new ArrayList<>();
    for (int first = range.first(); first < range.end(); ) {
      int endOfTask = (study.taskIndex(first) + 1) * study.replicas();
      int end = Math.min(first + (which == Samples.OWN ? 1 : most), range.end());
      end = endOfTask > first ? Math.min(end, endOfTask) : end;
      groups.add(new ModelSlice(first, end - first));
      first = end;
    }
    return groups;
  }

  private static void measure(
      Study study,
      ModelSlice range,
      ModelSlice group,
      ModelBatch batch,
      int samples,
      Samples which,
      LossEstimates losses) {
    Task task = study.task(group.first());
    long key =
        which == Samples.OWN
            ? study.key(group.first())
            : study.evaluationKey(study.taskIndex(group.first()));
    int firstBlock = which == Samples.FRESH ? MAX_SAMPLES / BLOCK : 0;
    int at = group.first() - range.first();
    SampledLoss[] models =
        IntStream.range(at, at + group.count())
            .mapToObj(k -> new SampledLoss(batch, k, task))
            .toArray(SampledLoss[]::new);
    new Reader(task, models).read(key, firstBlock, samples);
    for (int k = 0; k < models.length; k++) {
      losses.means()[at + k] = models[k].mean(samples);
      losses.standardErrors()[at + k] = models[k].standardError(samples);
    }
  }

  /** Draws samples and hands them to several models, those without an active feature as a count. */
  private static final class Reader {
    private final int n;
    private final Inputs inputs;
    private final SampledLoss[] models;
    private final double[][] x;

    Reader(Task task, SampledLoss[] models) {
      n = task.features();
      inputs = new Inputs(task.inputs());
      this.models = models;
      x = new double[n][TILE];
    }

    void read(long key, int firstBlock, int samples) {
      float[] drawn = new float[BLOCK * n];
      for (int done = 0; done < samples; done += BLOCK) {
        int count = Math.min(BLOCK, samples - done);
        inputs.drawHeldOut(key, firstBlock + done / BLOCK, count, drawn);
        int filled = 0;
        int empty = 0;
        for (int s = 0; s < count; s++) {
          if (isEmpty(drawn, s)) {
            empty++;
          } else {
            for (int i = 0; i < n; i++) {
              x[i][filled] = drawn[s * n + i];
            }
            filled++;
          }
          if (filled == TILE || s == count - 1 && filled > 0) {
            for (SampledLoss model : models) {
              model.addEmpty(empty);
              model.addTile(x, filled);
            }
            filled = 0;
            empty = 0;
          }
        }
        for (SampledLoss model : models) {
          model.addEmpty(empty);
          model.endBlock();
        }
      }
    }

    private boolean isEmpty(float[] drawn, int sample) {
      for (int i = sample * n; i < sample * n + n; i++) {
        if (drawn[i] != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
