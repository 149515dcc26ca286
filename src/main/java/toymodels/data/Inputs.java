package toymodels.data;

import java.util.List;

/**
 * Draws inputs from random words, the same on every backend. Twin of {@code kernels/inputs.cuh};
 * the definition is docs/arithmetic.md, section 2.
 *
 * <p>One word u gives both mask and magnitude of a feature: with w = u >>> 1 and T = round(p · 2³¹)
 * the feature is active iff w &lt; T, and then x = min(float(w) · (float)(1 / T), 1). When signed,
 * bit 0 of u flips the sign.
 */
public final class Inputs {
  /** Sample lanes: sample s of a micro-batch is drawn, and summed, on lane s mod 16. */
  public static final int SAMPLE_LANES = 16;

  /** Up to this many features a generator serves a lane; beyond, each sample has its own. */
  public static final int MAX_LANE_FEATURES = 64;

  private static final double WORDS = 0x1p31;
  private static final float CORRELATED_SCALE = 0x1p-31f;

  private final int[] threshold;
  private final int[] offset;
  private final float[] scale;
  private final int[] set;
  private final int sets;
  private final boolean ownValue;
  private final boolean signed;

  public Inputs(FeatureDistribution distribution) {
    int n = distribution.features();
    threshold = new int[n];
    offset = new int[n];
    scale = new float[n];
    set = new int[n];
    List<int[]> members = distribution.sets();
    sets = members.size();
    signed = distribution.signed();
    ownValue = distribution.coupling() == Coupling.CORRELATED;
    for (int i = 0; i < n; i++) {
      set[i] = distribution.setOf(i);
      threshold[i] = (int) Math.round(distribution.activeProbability(i) * WORDS);
      boolean never = distribution.activeProbability(i) == 0;
      if (threshold[i] == 0 && !never) {
        throw new IllegalArgumentException(
            "feature %d is active with probability %s, allowed is at least 2^-31"
                .formatted(i, distribution.activeProbability(i)));
      }
      boolean correlated = ownValue && set[i] >= 0;
      scale[i] =
          correlated || never
              ? CORRELATED_SCALE // Finite, for what computes a value before it is left out.
              : (float) (1.0 / Integer.toUnsignedLong(threshold[i]));
    }
    if (distribution.coupling() == Coupling.ANTICORRELATED) {
      for (int[] group : members) {
        for (int c = 0; c < group.length; c++) {
          offset[group[c]] = c * threshold[group[c]];
        }
      }
    }
  }

  public int features() {
    return threshold.length;
  }

  /** Words drawn from the set generator for each sample. */
  public int sets() {
    return sets;
  }

  /** The set of feature i, or −1: its gate word is then the set's instead of its own. */
  public int set(int feature) {
    return set[feature];
  }

  /**
   * T of feature i, unsigned, 0 (never) to 2³¹: active iff (w − offset) &lt; T, for its gate word
   * w.
   */
  public int threshold(int feature) {
    return threshold[feature];
  }

  /** c · M for member c of an anticorrelated set, else 0. */
  public int offset(int feature) {
    return offset[feature];
  }

  /** What turns the value word into a magnitude. */
  public float scale(int feature) {
    return scale[feature];
  }

  /** Whether members of sets take their value from their own word: the correlated coupling. */
  public boolean ownValue() {
    return ownValue;
  }

  public boolean signed() {
    return signed;
  }

  /** The value of feature i, from its own word and, where it is in a set, its set's word. */
  public float value(int feature, int ownWord, int setWord) {
    boolean member = set[feature] >= 0;
    int gate = member ? setWord : ownWord;
    int w = (gate >>> 1) - offset[feature];
    if (Integer.compareUnsigned(w, threshold[feature]) >= 0) {
      return 0f;
    }
    int source = member && !ownValue ? setWord : ownWord;
    int magnitude = member && ownValue ? ownWord >>> 1 : w;
    // 2^31 is no signed int, but no magnitude reaches it: w < T <= 2^31.
    float x = Math.min((float) magnitude * scale[feature], 1f);
    return signed && (source & 1) != 0 ? -x : x;
  }

  /**
   * Draws one micro-batch of samples: the plain form that the vector and CUDA forms are compared
   * with.
   *
   * @param key {@link Philox#key}
   * @param step the optimiser step, from 0
   * @param microBatch the part of the batch, from 0
   * @param samples samples in the micro-batch
   * @param featureLanes Q, 1 or 2
   * @param x receives the inputs, (samples, features)
   */
  public void draw(long key, int step, int microBatch, int samples, int featureLanes, float[] x) {
    draw(key, step, microBatch, samples, featureLanes, RandomStream.INPUTS, RandomStream.SETS, x);
  }

  /** Draws held-out samples, block by block: never the words that training sees. */
  public void drawHeldOut(long key, int block, int samples, float[] x) {
    draw(key, block, 0, samples, 1, RandomStream.EVALUATION, RandomStream.EVALUATION_SETS, x);
  }

  private void draw(
      long key,
      int step,
      int microBatch,
      int samples,
      int featureLanes,
      RandomStream own,
      RandomStream shared,
      float[] x) {
    int n = features();
    int[] setWords = drawSetWords(key, step, microBatch, samples, shared);
    if (n > MAX_LANE_FEATURES) {
      for (int s = 0; s < samples; s++) {
        Xoshiro generator = Xoshiro.seeded(key, step, s, microBatch, own);
        for (int i = 0; i < n; i++) {
          x[s * n + i] = value(i, generator.next(), setWord(setWords, s, i));
        }
      }
      return;
    }
    int draws = (n + featureLanes - 1) / featureLanes;
    for (int q = 0; q < featureLanes; q++) {
      for (int lane = 0; lane < SAMPLE_LANES; lane++) {
        Xoshiro generator = Xoshiro.seeded(key, step, q * SAMPLE_LANES + lane, microBatch, own);
        for (int s = lane; s < samples; s += SAMPLE_LANES) {
          for (int d = 0; d < draws; d++) {
            int word = generator.next();
            int i = d * featureLanes + q;
            if (i < n) {
              x[s * n + i] = value(i, word, setWord(setWords, s, i));
            }
          }
        }
      }
    }
  }

  private int setWord(int[] setWords, int sample, int feature) {
    return set[feature] < 0 ? 0 : setWords[sample * sets + set[feature]];
  }

  private int[] drawSetWords(long key, int step, int microBatch, int samples, RandomStream shared) {
    int[] words = new int[samples * sets];
    if (sets > 0) {
      for (int lane = 0; lane < SAMPLE_LANES; lane++) {
        Xoshiro generator = Xoshiro.seeded(key, step, lane, microBatch, shared);
        for (int s = lane; s < samples; s += SAMPLE_LANES) {
          for (int g = 0; g < sets; g++) {
            words[s * sets + g] = generator.next();
          }
        }
      }
    }
    return words;
  }
}
