package toymodels.data;

/**
 * Draws how many inactive places lie before the next active one, where each is active with
 * probability p: a geometric distribution from whole numbers alone.
 *
 * <p>S(g) = round(2³² (1 − p)ᵍ) for g = 1 to L; a word u means the gap |{g : u &lt; S(g)}|. If that
 * is L, L places are inactive and another word tells of those that follow. L = min(1024, the least
 * power of two ≥ 4 / p).
 */
final class GapTable {
  private static final int MAX_LENGTH = 1024;
  private static final int GUIDE_BITS = 10;

  private final int length;

  /** S(g) at g, its sign bit flipped so that signed comparison orders it; then the least int. */
  private final int[] survival;

  /** Of the largest word of each bucket, its gap: where the search begins. */
  private final int[] guide;

  GapTable(double p) {
    int l = 4;
    while (l < MAX_LENGTH && l < 4 / p) {
      l *= 2;
    }
    length = l;
    survival = new int[length + 2];
    double power = 0x1p32;
    for (int g = 1; g <= length; g++) {
      power *= 1 - p;
      survival[g] = (int) Math.round(power) ^ Integer.MIN_VALUE;
    }
    survival[length + 1] = Integer.MIN_VALUE;
    guide = new int[1 << GUIDE_BITS];
    for (int i = 0; i < guide.length; i++) {
      int largest = (i << 32 - GUIDE_BITS | -1 >>> GUIDE_BITS) ^ Integer.MIN_VALUE;
      int g = 0;
      while (largest < survival[g + 1]) {
        g++;
      }
      guide[i] = g;
    }
  }

  /** L: the gap that is not over yet. */
  int length() {
    return length;
  }

  /** The gap that a word means, 0 to {@link #length}. */
  int gap(int word) {
    int g = guide[word >>> 32 - GUIDE_BITS];
    long flipped = word ^ Integer.MIN_VALUE;
    // One or two steps are the rule, and a branch would be guessed wrong.
    g += (int) (flipped - survival[g + 1] >>> 63);
    g += (int) (flipped - survival[g + 1] >>> 63);
    while (flipped < survival[g + 1]) {
      g++;
    }
    return g;
  }
}
