package toymodels.analysis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import toymodels.train.Study;

/**
 * Which of many models of one task to show: small models often stop in a local minimum, so the
 * paper trains many and looks at the best, or drops the worst. Scores are losses: lower is better,
 * NaN is worst.
 */
public final class Selection {
  private Selection() {}

  /** The index of the lowest score among {@code count} from {@code first}; the first on ties. */
  public static int best(double[] scores, int first, int count) {
    return ranked(scores, first, count)[0];
  }

  /** Indices of {@code count} scores from {@code first}, best first, ties in order. */
  public static int[] ranked(double[] scores, int first, int count) {
    return IntStream.range(first, first + count)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> scores[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The best model of each task of a study, by id, (tasks). */
  public static int[] bestOfEachTask(Study study, double[] scores) {
    int[] best = new int[study.tasks().size()];
    Arrays.setAll(best, t -> best(scores, t * study.replicas(), study.replicas()));
    return best;
  }

  /** The mean of values over all but the worst models, as in the paper's phase diagrams. */
  public static double meanWithoutWorst(
      double[] values, double[] scores, int first, int count, int dropped) {
    return Arrays.stream(ranked(scores, first, count), 0, count - dropped)
        .mapToDouble(i -> values[i])
        .average()
        .orElseThrow();
  }
}
