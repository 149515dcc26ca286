package toymodels.data;

/**
 * Philox4x32-10, the counter-based random generator of Salmon et al. 2011 ("Parallel random
 * numbers: as easy as 1, 2, 3"). Twin of {@code kernels/philox.cuh}.
 *
 * <p>One call turns a 64-bit key and a 128-bit counter into 128 random bits. Here it only seeds
 * {@link Xoshiro} generators, so any step of any model can be drawn again from its identity.
 */
public final class Philox {
  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /**
   * The key of one model: splitmix64(splitmix64(seed) + (task · 2³² | replica)).
   *
   * @param seed the plan's seed, any 64 bits
   * @param task the task's index in its study, at least 0
   * @param replica the replica's index within the task, at least 0; -1 for what they share
   */
  public static long key(long seed, int task, int replica) {
    return splitMix64(splitMix64(seed) + ((long) task << 32 | replica & 0xFFFFFFFFL));
  }

  /** One step of SplitMix64 from the state x (Steele, Lea, Flood 2014). */
  static long splitMix64(long x) {
    long z = x + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** Writes the four words of counter (c0, c1, c2, c3) under the key to {@code out[at .. at+3]}. */
  public static void block(long key, int c0, int c1, int c2, int c3, int[] out, int at) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = (MULTIPLIER_0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
      long product1 = (MULTIPLIER_1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }
}
