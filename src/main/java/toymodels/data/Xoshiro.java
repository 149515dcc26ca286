package toymodels.data;

/**
 * xoshiro128++ 1.0 (Blackman and Vigna 2021), 32 random bits a draw from 128 bits of state. Twin of
 * {@code kernels/philox.cuh}, where the same generator stands beside Philox, which seeds it.
 */
public final class Xoshiro {
  private int s0;
  private int s1;
  private int s2;
  private int s3;

  public Xoshiro(int s0, int s1, int s2, int s3) {
    this.s0 = s0;
    this.s1 = s1;
    this.s2 = s2;
    this.s3 = s3;
  }

  /** The generator whose state is the Philox block of this key and counter. */
  public static Xoshiro seeded(long key, int step, int lane, int microBatch, RandomStream stream) {
    int[] state = new int[4];
    Philox.block(key, step, lane, microBatch, stream.counter(), state, 0);
    return new Xoshiro(state[0], state[1], state[2], state[3]);
  }

  /** The next 32 random bits. */
  public int next() {
    int result = Integer.rotateLeft(s0 + s3, 7) + s0;
    int t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = Integer.rotateLeft(s3, 11);
    return result;
  }

  /** Draws the next {@code count} words into an array, faster than one by one. */
  void fill(int[] words, int count) {
    int a = s0;
    int b = s1;
    int c = s2;
    int d = s3;
    for (int i = 0; i < count; i++) {
      words[i] = Integer.rotateLeft(a + d, 7) + a;
      int t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = Integer.rotateLeft(d, 11);
    }
    s0 = a;
    s1 = b;
    s2 = c;
    s3 = d;
  }

  /** Uniform on (0, 1), from the next word: (word + ½) / 2³². */
  public double nextOpenUnit() {
    return (Integer.toUnsignedLong(next()) + 0.5) * 0x1p-32;
  }
}
