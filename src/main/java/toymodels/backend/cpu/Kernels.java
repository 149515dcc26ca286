package toymodels.backend.cpu;

/**
 * The loops of a training step over many samples, in the canonical arithmetic: {@link
 * ScalarKernels} and {@link VectorKernels} give the same bits at every number of lanes V.
 *
 * <p>The sixteen sample lanes are cut into 16 / V groups of V, and one group is worked on at a
 * time. A <em>round</em> is one sample of each of its lanes: a vector. A round's features are an
 * array (2, features, V), d and then x, its hidden units (2, hidden, V), g and then dh, and rounds
 * follow each other: sums over features or hidden units run along neighbouring vectors, sums over
 * samples along rounds, and no sum crosses lanes. Loops begin at an index, take as many rows as a
 * parameter says, and go from round to round by a step.
 */
interface Kernels {
  /**
   * Where arrays of vectors begin: 12 numbers after a header of 16 bytes stand on a cache line, if
   * the JVM aligns objects to lines ({@code -XX:ObjectAlignmentInBytes=64}). A vector that crosses
   * a line is loaded twice.
   */
  int START = 12;

  /** Sample lanes of the canonical arithmetic. */
  int SAMPLE_LANES = 16;

  /** Rows that {@link #product} and {@link #correlate} take at once, if there are as many. */
  int TEN = 10;

  /** Rows that {@link #correlate} takes by two, if there are as many. */
  int SIX = 6;

  /**
   * Hidden units that {@link #pairedProduct} takes at once, for each of two feature lanes, and that
   * {@link #correlate} takes by four rows where there are registers for it.
   */
  int FIVE = 5;

  /** Rows that {@link #product}, {@link #wideProduct} and {@link #correlate} take then. */
  int FOUR = 4;

  /** Vector registers of every processor with vectors of 8 floats. */
  int FEW_REGISTERS = 16;

  /** Vector registers of AVX-512 and of 64-bit Arm. */
  int MANY_REGISTERS = 32;

  /** The smallest number of rows at once; a row of padding may be among them. */
  int TWO = 2;

  /** V, samples in a vector: 1, 4, 8 or 16. */
  int lanes();

  /** Vector registers that the compiler has for sums. */
  default int registers() {
    return FEW_REGISTERS;
  }

  /** In words for people, such as "8 lanes of AVX2". */
  String description();

  /**
   * Draws {@code draws} words for each of {@code count} rounds from V xoshiro128++ generators.
   *
   * @param state the generators, (4, V) from {@code at}; moved on
   * @param words receives draw d of round t from {@code to + t * step + d * stride}
   */
  void words(int[] state, int at, int draws, int count, int[] words, int to, int stride, int step);

  /**
   * Draws like {@link #words}, and turns the words of independent unsigned features into inputs,
   * docs/arithmetic.md section 2.
   *
   * @param thresholds T of draw d, V times, from {@code featureAt + d * stride}
   * @param scales 1 / T, likewise
   */
  void inputs(
      int[] state,
      int at,
      int draws,
      int count,
      int[] thresholds,
      float[] scales,
      int featureAt,
      float[] x,
      int to,
      int stride,
      int step);

  /**
   * Turns words into the inputs of one feature of any distribution, docs/arithmetic.md section 2.
   *
   * @param gate where active samples are decided
   * @param value where their values come from
   */
  void values(
      int[] gate,
      int gateAt,
      int gateStep,
      int[] value,
      int valueAt,
      int valueStep,
      Feature feature,
      float[] x,
      int xAt,
      int xStep,
      int rounds);

  /** What {@link #values} needs to know of a feature; see {@link toymodels.data.Inputs}. */
  record Feature(int threshold, int offset, float scale, boolean signed) {}

  /**
   * Weighted sums of neighbouring vectors: out_r = start_r + Σ_k w_kr in_k, k in order, finished.
   *
   * @param rows {@link #TEN}, {@link #FOUR} or {@link #TWO}
   * @param weights (terms, rows, V), each V times, from {@code at}
   * @param start what row r starts from, V times, at {@code startAt + r V}
   */
  void product(
      int rows,
      float[] weights,
      int at,
      int terms,
      float[] start,
      int startAt,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep,
      int rounds);

  /**
   * Weighted sums over features on two lanes: the sum over even k plus the sum over odd k,
   * finished.
   *
   * @param rows {@link #FIVE} or {@link #TWO}
   * @param weights (pairs of terms, 2, rows, V), each V times, from {@code at}
   */
  void pairedProduct(
      int rows,
      float[] weights,
      int at,
      int pairs,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep,
      int rounds);

  /**
   * Weighted sums of many terms, like {@link #product}, two rounds at a time.
   *
   * @param rows {@link #FOUR} or {@link #TWO}
   * @param weights bits of floats, (terms, rows) from {@code at}
   * @param rounds one more is overwritten where this is odd
   */
  void wideProduct(
      int rows,
      int[] weights,
      int at,
      int terms,
      float[] start,
      int startAt,
      float[] in,
      int inAt,
      int inStep,
      float[] out,
      int outAt,
      int outStep,
      int rounds);

  /** Copies {@code count} floats, {@code stride} apart, V times each. */
  void spread(float[] from, int at, int stride, int count, float[] to, int toAt);

  /** g = ReLU(h) in {@code rows} neighbouring vectors. */
  void rectify(float[] g, int at, int rows);

  /** dh = g &gt; 0 ? dg : 0, likewise; g from {@code at}, dg from {@code dgAt}. */
  void gate(float[] hidden, int at, int dgAt, int rows);

  /**
   * Turns pre-activations into errors: d = I e where the output passes, loss of the sample = Σ I e
   * e over the features of each lane.
   *
   * @param features rows of features, an even number where there are two feature lanes
   * @param importance I, V times each, from {@link #START}
   * @param d pre, which becomes d, from {@code at}; x from {@code xAt}
   * @param loss receives (feature lanes, V) a round, one round after the other, from {@link #START}
   */
  void errors(
      Output output,
      int featureLanes,
      int features,
      float[] importance,
      float[] d,
      int at,
      int xAt,
      int step,
      float[] loss,
      int rounds);

  /**
   * Takes samples of models of two hidden units, one feature lane and no ReLU between forward and
   * back: what {@link #product}, {@link #errors} and {@link #product} would give.
   *
   * @param linear whether outputs have no ReLU
   * @param weights W, (features, 2), V times each, from {@link #START}
   * @param biases b, likewise; and so is the importance
   * @param d receives d round after round from {@link #START}; x is {@code half} further
   * @param hidden receives g and dh, (rounds, 2, 2, V), from {@link #START}
   * @param loss receives (rounds, V), from {@link #START}
   */
  void twoHidden(
      boolean linear,
      int features,
      float[] weights,
      float[] biases,
      float[] importance,
      float[] d,
      int half,
      float[] hidden,
      float[] loss,
      int rounds);

  /** How a kind turns a pre-activation into an output, and an input into a target. */
  record Output(boolean linear, boolean absolute) {}

  /** sum += row, round after round, for neighbouring rows. */
  void addRows(int rows, float[] in, int inAt, int inStep, float[] sums, int at, int rounds);

  /**
   * Sums products of neighbouring rows a and neighbouring rows b over samples, in order: sum =
   * fma(a, b, sum).
   *
   * @param rows of a: {@link #TEN} by one row of b, or {@link #SIX}, {@link #FOUR} or {@link #TWO}
   *     by two, or {@link #FOUR} by {@link #FIVE}
   * @param columns rows of b
   * @param sums (rows of a, rows of b, V) from {@code at}
   */
  void correlate(
      int rows,
      int columns,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] sums,
      int at,
      int count);

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
