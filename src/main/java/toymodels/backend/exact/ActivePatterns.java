package toymodels.backend.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;

/**
 * The ways in which features can be active together, with their probabilities P(A).
 *
 * <p>Coupled sets are written out: each is on or off, or has one active member. Independent
 * features stay within a pattern as coins, unless patterns are {@link #expanded}.
 */
final class ActivePatterns {
  /**
   * Features that may be active together.
   *
   * @param probability of the pattern
   * @param features which may be active
   * @param coins qⱼ, the probability that each of these is active, given the pattern
   */
  record Pattern(double probability, int[] features, double[] coins) {
    /** This pattern, times a probability, with more features that are active for certain. */
    Pattern and(double factor, int... more) {
      int[] all = Arrays.copyOf(features, features.length + more.length);
      double[] allCoins = Arrays.copyOf(coins, all.length);
      System.arraycopy(more, 0, all, features.length, more.length);
      Arrays.fill(allCoins, features.length, all.length, 1);
      return new Pattern(probability * factor, all, allCoins);
    }

    /** How many features are certain to be active, such as members of a set that is on. */
    int certain() {
      return (int) Arrays.stream(coins).filter(q -> q == 1).count();
    }
  }

  private ActivePatterns() {}

  /** Every pattern of a distribution's sets; their probabilities sum to 1. */
  static List<Pattern> of(FeatureDistribution inputs) {
    int[] free = IntStream.range(0, inputs.features()).filter(i -> inputs.setOf(i) < 0).toArray();
    double[] coins = Arrays.stream(free).mapToDouble(inputs::density).toArray();
    return coupled(inputs, new Pattern(1, free, coins));
  }

  private static List<Pattern> coupled(FeatureDistribution inputs, Pattern start) {
    List<Pattern> patterns = List.of(start);
    for (int[] set : inputs.sets()) {
      double on = inputs.density(set[0]);
      List<Pattern> next = new ArrayList<>();
      for (Pattern pattern : patterns) {
        if (on < 1) {
          next.add(pattern.and(1 - on));
        }
        if (inputs.coupling() == Coupling.CORRELATED) {
          next.add(pattern.and(on, set));
        } else {
          for (int member : set) {
            next.add(pattern.and(on / set.length, member));
          }
        }
      }
      patterns = next;
    }
    return patterns;
  }

  /**
   * Every set A of active features by itself, of at most the given size: all coins are 1.
   *
   * @return patterns whose probabilities sum to P(|A| ≤ maxActive)
   */
  static List<Pattern> expanded(FeatureDistribution inputs, int maxActive) {
    List<Pattern> all = new ArrayList<>();
    for (Pattern sets : coupled(inputs, new Pattern(1, new int[0], new double[0]))) {
      if (sets.certain() <= maxActive) {
        choose(inputs, sets, 0, maxActive, all);
      }
    }
    return all;
  }

  private static void choose(
      FeatureDistribution inputs, Pattern chosen, int next, int maxActive, List<Pattern> all) {
    if (chosen.probability() == 0) {
      return;
    }
    if (next == inputs.features()) {
      all.add(chosen);
    } else if (inputs.setOf(next) >= 0) {
      choose(inputs, chosen, next + 1, maxActive, all);
    } else {
      double p = inputs.density(next);
      choose(inputs, chosen.and(1 - p), next + 1, maxActive, all);
      if (chosen.certain() < maxActive) {
        choose(inputs, chosen.and(p, next), next + 1, maxActive, all);
      }
    }
  }
}
