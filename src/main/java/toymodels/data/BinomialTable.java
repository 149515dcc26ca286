package toymodels.data;

/**
 * Draws how many of M independent trials succeed, each with probability q, from one word: the
 * inverse of the binomial distribution function, in whole numbers.
 *
 * <p>C(g) = round(2³² P(g or fewer)) for g = 0 to M − 1; a word u means the number |{g : u ≥
 * C(g)}|, so every probability is right up to 2⁻³².
 */
final class BinomialTable {
  private static final int GUIDE_BITS = 8;
  private static final double WORDS = 0x1p32;

  /** C(g), and at M what no word reaches. */
  private final long[] reached;

  /** Of the smallest word of each bucket, its number: where the search begins. */
  private final int[] guide;

  BinomialTable(int trials, double q) {
    double[] probabilities = probabilities(trials, q);
    reached = new long[trials + 1];
    double sum = 0;
    for (int g = 0; g < trials; g++) {
      sum += probabilities[g];
      reached[g] = Math.round(sum * WORDS);
    }
    reached[trials] = Long.MAX_VALUE;
    guide = new int[1 << GUIDE_BITS];
    for (int bucket = 0, g = 0; bucket < guide.length; bucket++) {
      while ((long) bucket << 32 - GUIDE_BITS >= reached[g]) {
        g++;
      }
      guide[bucket] = g;
    }
  }

  /**
   * P(g of M), (M + 1): ratios of neighbours from the mode on, over their sum. No power underflows,
   * and no logarithm is asked whose last bit a platform chooses.
   */
  static double[] probabilities(int trials, double q) {
    double[] all = new double[trials + 1];
    int mode = (int) Math.min(trials, (trials + 1) * q);
    all[mode] = 1;
    for (int g = mode; g < trials; g++) {
      all[g + 1] = all[g] * ((trials - g) * q / ((g + 1) * (1 - q)));
    }
    for (int g = mode; g > 0; g--) {
      all[g - 1] = all[g] * (g * (1 - q) / ((trials - g + 1) * q));
    }
    double sum = 0;
    for (double probability : all) {
      sum += probability;
    }
    for (int g = 0; g <= trials; g++) {
      all[g] /= sum;
    }
    return all;
  }

  /** The number that a word means, 0 to M. */
  int number(int word) {
    long u = Integer.toUnsignedLong(word);
    int g = guide[word >>> 32 - GUIDE_BITS];
    while (u >= reached[g]) {
      g++;
    }
    return g;
  }
}
