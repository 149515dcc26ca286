package toymodels.analysis;

import java.util.Comparator;
import java.util.stream.IntStream;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * Three pairs of correlated features in two dimensions: as they become denser, pair after pair
 * collapses onto one direction, until the model finds principal components (Elhage et al. 2022,
 * Correlated Features).
 */
public final class CorrelatedPairs {
  /** Kind and size of the model. */
  public static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_OUTPUT, 6, 2);

  /** Two features within this angle, in degrees, count as one direction. */
  public static final double COLLAPSED = 10;

  private static final int RANDOM_STARTS = 12;

  private CorrelatedPairs() {}

  /** Pairs (0, 1), (2, 3), (4, 5), each active together with probability p, importance 1. */
  public static Task task(double p) {
    return Task.equallyImportant(FeatureDistribution.coupled(Coupling.CORRELATED, 3, 2, p));
  }

  /**
   * The best minimum at a density, of descents from hexagons with any number of collapsed pairs,
   * and from random starts.
   */
  public static ExactMinimum optimum(double p) {
    return bestCollapsed(p)
        .orBetter(principal(p))
        .orBetter(ExactMinimum.search(SHAPE, task(p), RANDOM_STARTS, 1));
  }

  /** The best minimum downhill of hexagons with 0 to 3 collapsed pairs. */
  private static ExactMinimum bestCollapsed(double p) {
    return IntStream.rangeClosed(0, 3)
        .mapToObj(pairs -> collapsed(p, pairs))
        .min(Comparator.comparingDouble(ExactMinimum::loss))
        .orElseThrow();
  }

  /** The minimum downhill of an arrangement in which that many pairs share a direction. */
  public static ExactMinimum collapsed(double p, int pairs) {
    double[] w = new double[12];
    for (int pair = 0; pair < 3; pair++) {
      boolean together = pair < pairs;
      for (int member = 0; member < 2; member++) {
        double apart = together ? 0.01 : 0.5;
        double angle = 2 * Math.PI / 3 * pair + apart * (member == 0 ? 1 : -1);
        double norm = together ? Math.sqrt(0.5) : 1;
        w[4 * pair + 2 * member] = norm * Math.cos(angle);
        w[4 * pair + 2 * member + 1] = norm * Math.sin(angle);
      }
    }
    return ExactMinimum.from(SHAPE, task(p), w, new double[6]);
  }

  /** How many pairs have their two members within {@link #COLLAPSED} degrees. */
  public static int collapsedPairs(Geometry geometry) {
    int count = 0;
    for (int pair = 0; pair < 3; pair++) {
      count += geometry.angle(2 * pair, 2 * pair + 1) < COLLAPSED ? 1 : 0;
    }
    return count;
  }

  /**
   * The density at which the best of the arrangements first has as many collapsed pairs, 1 to 3.
   */
  public static double threshold(int pairs) {
    return Crossing.of(p -> collapsedPairs(bestCollapsed(p).geometry()) - pairs + 0.5, 0.01, 0.6);
  }

  /** The minimum downhill of three collapsed pairs within half a turn: two principal components. */
  public static ExactMinimum principal(double p) {
    double[] w = new double[12];
    for (int feature = 0; feature < 6; feature++) {
      double angle = (feature / 2 - 1) * 0.9;
      double norm = feature / 2 == 1 ? 0.4 : 0.66;
      w[2 * feature] = norm * Math.cos(angle);
      w[2 * feature + 1] = norm * Math.sin(angle);
    }
    return ExactMinimum.from(SHAPE, task(p), w, new double[6]);
  }

  /**
   * The density from which principal components are better than the triangle of three collapsed
   * pairs: where the best of both has two pairs less than a right angle apart.
   */
  public static double principalThreshold() {
    return Crossing.of(
        p -> {
          Geometry best = collapsed(p, 3).orBetter(principal(p)).geometry();
          return Math.max(best.cosine(0, 2), Math.max(best.cosine(0, 4), best.cosine(2, 4)));
        },
        0.5,
        0.95);
  }
}
