package toymodels.backend.cpu;

/**
 * The loops of a training step over many samples, in the canonical arithmetic: {@link
 * ScalarKernels} and {@link VectorKernels} give the same bits at every number of lanes V.
 *
 * <p>Samples stand in rows, one row a feature or hidden unit. The sixteen sample lanes are cut into
 * 16 / V groups of V; a row holds group after group, each of {@code blocks} vectors, so that sums
 * over samples run along one group and everything else along whole rows. A row of <em>pairs</em>
 * has two numbers for each sample, vector by vector: d and x of a feature, g and dh of a hidden
 * unit; the first and second of a pair meet in the weights' gradient.
 */
interface Kernels {
  /** Sample lanes of the canonical arithmetic. */
  int SAMPLE_LANES = 16;

  /** Hidden units or features that {@link #product} and {@link #correlate} take at once. */
  int MANY = 4;

  /** The smaller number that they take at once. */
  int FEW = 2;

  /** V, samples in a vector: 1, 4, 8 or 16. */
  int lanes();

  /** In words for people, such as "8 lanes of AVX2". */
  String description();

  /**
   * Draws {@code count} times {@code draws} words from each of V xoshiro128++ generators.
   *
   * @param state the generators, (4, V) from {@code at}; moved on
   * @param words receives draw d of round t from {@code to + d * stride + t * V}
   */
  void words(int[] state, int at, int draws, int count, int[] words, int to, int stride);

  /**
   * Turns one row of words into the x of a row of pairs, docs/arithmetic.md section 2.
   *
   * @param gate where active samples are decided, from {@code gateAt}
   * @param value where their values come from, from {@code valueAt}
   * @param vectors vectors in the row
   */
  void values(
      int[] gate,
      int gateAt,
      int[] value,
      int valueAt,
      Feature feature,
      float[] x,
      int xAt,
      int vectors);

  /** What {@link #values} needs to know of a feature; see {@link toymodels.data.Inputs}. */
  record Feature(int threshold, int offset, float scale, boolean signed) {}

  /**
   * A product of weights and rows of samples: out_r = start_r + Σ_k w_kr in_k for consecutive rows
   * r, k in order; plus the old out_r where it adds.
   *
   * @param rows {@link #MANY} or {@link #FEW}
   * @param weights bits of floats, (terms, rows) from {@code at}
   * @param start what row r starts from, V times, at {@code startAt + r V}
   * @param in the half of rows of pairs that begins at {@code inAt + k * p.inStride}
   * @param out the half of rows of pairs that begins at {@code outAt + r * p.outStride}
   * @param vectors vectors in a row, an even number
   */
  void product(
      int rows,
      int[] weights,
      int at,
      Product p,
      float[] start,
      int startAt,
      float[] in,
      int inAt,
      float[] out,
      int outAt,
      int vectors);

  /** The number of terms of a {@link #product}, at least 1; its strides; whether it adds. */
  record Product(int terms, int inStride, int outStride, boolean adds) {}

  /** g = ReLU(h) in the first of the pairs. */
  void rectify(float[] pairs, int at, int vectors);

  /** dh = g &gt; 0 ? dg : 0 in the second of the pairs. */
  void gate(float[] pairs, int at, int vectors);

  /**
   * Turns pre-activations into errors for one feature and the first {@code count} samples of every
   * lane: d = I e where the output passes, bias gradient += d, loss of the sample += I e e.
   *
   * @param pairs pre, which becomes d, and x, from {@code at}
   * @param loss the samples' losses so far, rows without pairs, from {@code lossAt}
   * @param biasSums (16), from {@code biasAt}
   * @param blocks vectors of a group
   */
  void errors(
      Output output,
      float importance,
      float[] pairs,
      int at,
      float[] loss,
      int lossAt,
      float[] biasSums,
      int biasAt,
      int count,
      int blocks);

  /** How a kind turns a pre-activation into an output, and an input into a target. */
  record Output(boolean linear, boolean absolute) {}

  /** Adds the samples' losses to their lanes, (16) from {@code sumAt}. */
  void addLosses(float[] loss, int at, float[] sums, int sumAt, int blocks);

  /**
   * Sums products of two rows over samples, lane by lane: sum_ab = fma(a, b, sum_ab) for {@code
   * rows} rows a and {@link #FEW} rows b.
   *
   * @param rows {@link #MANY} or {@link #FEW}
   * @param a pairs, row stride {@code c.aStride}, from {@code aAt}
   * @param sums sixteen lanes a weight, weight (a, b) at {@code at + a * c.aSums + b * c.bSums}
   */
  void correlate(
      int rows,
      Correlation c,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] sums,
      int at,
      int blocks);

  /**
   * Strides of a {@link #correlate}.
   *
   * @param both whether both halves of the pairs are summed, the first before the second, or only
   *     the half that the offsets name
   */
  record Correlation(int aStride, int bStride, int aSums, int bSums, boolean both) {}

  /** Moves {@code length} parameters by their gradients, docs/arithmetic.md section 4. */
  void adam(
      toymodels.train.Adam.Update u,
      float[] parameters,
      float[] first,
      float[] second,
      float[] gradients,
      int at,
      int length);
}
