package toymodels.analysis;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The losses of all models of a study, and those of the best of each task once more on samples that
 * did not decide which are the best.
 *
 * @param method what they were measured by
 * @param samples held-out samples of each model; 0 where none were drawn, or it is not known
 * @param losses of every model
 * @param fresh of the models that were measured again; NaN for all others
 */
public record EvaluatedLosses(
    Evaluation.Method method, int samples, LossEstimates losses, LossEstimates fresh) {
  /** Standard errors of a difference within which two losses count as equal. */
  private static final double TIE = 2;

  /** Such as "exact" or "131072 held-out samples". */
  public String methodText() {
    return switch (method) {
      case EXACT -> "exact";
      case HELD_OUT -> samples + " held-out samples";
      case OWN_SAMPLES -> "each model on held-out samples of its own";
      case NONE -> "not measured";
    };
  }

  /** The loss to quote of a model: the fresh one where there is one. */
  public double loss(int model) {
    return isFresh(model) ? fresh.means()[model] : losses.means()[model];
  }

  /** The standard error of {@link #loss}: 0 where it is exact, NaN where it is not known. */
  public double standardError(int model) {
    return isFresh(model) ? fresh.standardErrors()[model] : losses.standardErrors()[model];
  }

  /** Whether a model was measured on samples that did not select it. */
  public boolean isFresh(int model) {
    return !Double.isNaN(fresh.means()[model]);
  }

  /** Whether any model was measured again. */
  public boolean hasFresh() {
    return IntStream.range(0, fresh.models()).anyMatch(this::isFresh);
  }

  /**
   * Models of a range by the loss to quote, least first: those measured again, where there are any,
   * before all others. Models without a loss are left out.
   */
  public int[] ranked(int first, int count) {
    return IntStream.range(first, first + count)
        .filter(k -> !Double.isNaN(loss(k)))
        .boxed()
        .sorted(
            Comparator.<Integer, Boolean>comparing(k -> !isFresh(k))
                .thenComparingDouble(this::loss))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * How many of some models cannot be told from the first of them: all whose first measurement is
   * within two standard errors of the difference, the first itself among them. Losses on common
   * samples rise and fall together, so this errs on the side of a tie.
   *
   * @param ranked by {@link #ranked}
   */
  public int ties(int[] ranked) {
    if (ranked.length == 0) {
      return 0;
    }
    double best = losses.means()[ranked[0]];
    double error = errorOrZero(ranked[0]);
    return (int)
        IntStream.of(ranked)
            .filter(k -> losses.means()[k] - best <= TIE * Math.hypot(error, errorOrZero(k)))
            .count();
  }

  private double errorOrZero(int model) {
    double error = losses.standardErrors()[model];
    return Double.isNaN(error) ? 0 : error;
  }

  /**
   * The middle of the losses of some models as first measured, or the mean of the two in the
   * middle; NaN of none.
   */
  public double median(int[] models) {
    double[] sorted = IntStream.of(models).mapToDouble(k -> losses.means()[k]).sorted().toArray();
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
