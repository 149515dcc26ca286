package toymodels.backend.cpu.internal.dense;

/**
 * The loops of a training step over many samples, in the canonical arithmetic: {@link
 * ScalarKernels} and {@code VectorKernels} give the same bits at every number of lanes V.
 *
 * <p>The sixteen sample lanes are cut into 16 / V groups of V, and one group is worked on at a
 * time. A <em>vector</em> is one sample of each of its lanes. A vector's features are an array (2,
 * features, V), d and then x, its hidden units (2, hidden, V), g and then dh, and vectors follow
 * each other: sums over features or hidden units run along neighbouring vectors, sums over samples
 * along vectors, and no sum crosses lanes. Loops begin at an index, take as many rows as a
 * parameter says, and go from vector to vector by a step.
 */
public interface Kernels {
  /**
   * Where arrays of vectors begin: 12 numbers after a header of 16 bytes stand on a cache line, if
   * the JVM aligns objects to lines ({@code -XX:ObjectAlignmentInBytes=64}). A vector that crosses
   * a line is loaded twice.
   */
  int ARRAY_OFFSET = 12;

  /** Sample lanes of the canonical arithmetic. */
  int SAMPLE_LANES = 16;

  /** Rows that {@link #product} and {@link #weightGradient} take at once, if there are as many. */
  int LARGE_ROW_TILE = 10;

  /** Rows that {@link #weightGradient} takes by two, if there are as many. */
  int GRADIENT_ROW_TILE = 6;

  /**
   * Hidden units that {@link #splitFeatureProduct} takes at once, for each of two feature lanes,
   * and that {@link #weightGradient} takes by four rows where there are registers for it.
   */
  int SPLIT_ROW_TILE = 5;

  /**
   * Rows that {@link #product}, {@link #broadcastProduct} and {@link #weightGradient} take then.
   */
  int MEDIUM_ROW_TILE = 4;

  /** Vector registers of every processor with vectors of 8 floats. */
  int FEW_REGISTERS = 16;

  /** Vector registers of AVX-512 and of 64-bit Arm. */
  int MANY_REGISTERS = 32;

  /** The smallest number of rows at once; a row of padding may be among them. */
  int SMALL_ROW_TILE = 2;

  /** V, samples in a vector: 1, 4, 8 or 16. */
  int lanes();

  /** Vector registers that the compiler has for sums. */
  default int registers() {
    return FEW_REGISTERS;
  }

  /** In words, such as "8 lanes of AVX2". */
  String description();

  /**
   * Draws {@code draws} words for each of {@code count} vectors from V xoshiro128++ generators.
   *
   * @param state the generators, (4, V) from {@code at}; moved on
   * @param words receives draw d of vector t from {@code to + t * step + d * stride}
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
      int vectors);

  /** What {@link #values} needs to know of a feature; see {@link toymodels.data.Inputs}. */
  record Feature(int threshold, int offset, float scale, boolean signed) {}

  /**
   * Weighted sums of neighbouring vectors: out_r = start_r + Σ_k w_kr in_k, k in order, finished.
   *
   * @param rows {@link #LARGE_ROW_TILE}, {@link #MEDIUM_ROW_TILE} or {@link #SMALL_ROW_TILE}
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
      int vectors);

  /**
   * Weighted sums over features on two lanes: the sum over even k plus the sum over odd k,
   * finished.
   *
   * @param rows {@link #SPLIT_ROW_TILE} or {@link #SMALL_ROW_TILE}
   * @param weights (pairs of terms, 2, rows, V), each V times, from {@code at}
   */
  void splitFeatureProduct(
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
      int vectors);

  /**
   * Weighted sums of many terms, like {@link #product}, two vectors at a time.
   *
   * @param rows {@link #MEDIUM_ROW_TILE} or {@link #SMALL_ROW_TILE}
   * @param weights bits of floats, (terms, rows) from {@code at}
   * @param vectors one more is overwritten where this is odd
   */
  void broadcastProduct(
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
      int vectors);

  /** Copies {@code count} floats, {@code stride} apart, V times each. */
  void broadcast(float[] from, int at, int stride, int count, float[] to, int toAt);

  /** g = ReLU(h) in {@code rows} neighbouring vectors. */
  void relu(float[] g, int at, int rows);

  /** dh = g &gt; 0 ? dg : 0, likewise; g from {@code at}, dg from {@code dgAt}. */
  void reluBackward(float[] hidden, int at, int dgAt, int rows);

  /**
   * Turns pre-activations into errors: d = I e where the output passes, loss of the sample = Σ I e
   * e over the features of each lane.
   *
   * @param features rows of features, an even number where there are two feature lanes
   * @param importance I, V times each, from {@link #ARRAY_OFFSET}
   * @param d pre, which becomes d, from {@code at}; x from {@code xAt}
   * @param loss receives (feature lanes, V) for each vector, one after the other, from {@link
   *     #ARRAY_OFFSET}
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
      int vectors);

  /**
   * Takes samples of models of two hidden units, one feature lane and no ReLU between forward and
   * back: what {@link #product}, {@link #errors} and {@link #product} would give.
   *
   * @param linear whether outputs have no ReLU
   * @param weights W, (features, 2), V times each, from {@link #ARRAY_OFFSET}
   * @param biases b, likewise; and so is the importance
   * @param d receives d vector after vector from {@link #ARRAY_OFFSET}; x is {@code half} further
   * @param hidden receives g and dh, (vectors, 2, 2, V), from {@link #ARRAY_OFFSET}
   * @param loss receives (vectors, V), from {@link #ARRAY_OFFSET}
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
      int vectors);

  /** How a kind turns a pre-activation into an output, and an input into a target. */
  record Output(boolean linear, boolean absolute) {}

  /** sum += row, vector after vector, for neighbouring rows. */
  void addRows(int rows, float[] in, int inAt, int inStep, float[] sums, int at, int vectors);

  /**
   * Sums products of neighbouring rows a and neighbouring rows b over samples, in order: sum =
   * fma(a, b, sum).
   *
   * @param rows of a: {@link #LARGE_ROW_TILE} by one row of b, or {@link #GRADIENT_ROW_TILE},
   *     {@link #MEDIUM_ROW_TILE} or {@link #SMALL_ROW_TILE} by two, or {@link #MEDIUM_ROW_TILE} by
   *     {@link #SPLIT_ROW_TILE}
   * @param columns rows of b
   * @param sums (rows of a, rows of b, V) from {@code at}
   */
  void weightGradient(
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
