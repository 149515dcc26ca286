package toymodels.backend.cpu.internal.dense;

import java.util.Arrays;
import toymodels.data.Inputs;
import toymodels.data.Philox;
import toymodels.data.RandomStream;

/**
 * Draws a micro-batch's inputs chunk by chunk, a group of sample lanes at once; see {@link Inputs}.
 */
public final class InputSampler {
  private static final int LANES = Kernels.SAMPLE_LANES;
  private static final int STATE = 4;

  private final Kernels kernels;
  private final SampleBlockRows rows;
  private final int featureLanes;
  private final int[] states;
  private final int[] block = new int[STATE];

  /** T and 1 / T, (features, V), for distributions whose words need not be kept. */
  private final int[] thresholds;

  private final float[] scales;
  private boolean plain;
  private int[] words = {};
  private int[] setWords = {};
  private final int[] setStates = new int[STATE * LANES];
  private Inputs inputs;
  private Kernels.Feature[] features;
  private long key;
  private int step;
  private int tile;

  public InputSampler(Kernels kernels, SampleBlockRows rows, int featureLanes) {
    this.kernels = kernels;
    this.rows = rows;
    this.featureLanes = featureLanes;
    states = new int[STATE * LANES * featureLanes];
    thresholds = new int[Kernels.ARRAY_OFFSET + rows.featureHalf()];
    scales = new float[Kernels.ARRAY_OFFSET + rows.featureHalf()];
  }

  /** Draws from this distribution from now on. */
  public void use(Inputs distribution) {
    inputs = distribution;
    int n = distribution.features();
    int v = rows.lanes();
    plain = !distribution.signed() && distribution.sets() == 0;
    features = new Kernels.Feature[n];
    for (int i = 0; i < n; i++) {
      features[i] =
          new Kernels.Feature(
              distribution.threshold(i),
              distribution.offset(i),
              distribution.scale(i),
              distribution.signed());
      int at = Kernels.ARRAY_OFFSET + i * v;
      Arrays.fill(thresholds, at, at + v, distribution.threshold(i));
      Arrays.fill(scales, at, at + v, distribution.scale(i));
    }
    if (!plain) {
      words = new int[rows.vectors() * rows.featureHalf()];
      setWords = new int[rows.vectors() * distribution.sets() * v];
    }
  }

  /** Goes to the first sample of a micro-batch. */
  public void begin(long modelKey, int atStep, int atTile) {
    key = modelKey;
    step = atStep;
    tile = atTile;
    if (inputs.features() <= Inputs.MAX_LANE_FEATURES) {
      for (int q = 0; q < featureLanes; q++) {
        seed(RandomStream.INPUTS, q * LANES, LANES, states, q * LANES * STATE);
      }
    }
    if (inputs.sets() > 0) {
      seed(RandomStream.SETS, 0, LANES, setStates, 0);
    }
  }

  /** Seeds generators of consecutive lane words, V by V. */
  private void seed(RandomStream stream, int first, int count, int[] out, int at) {
    int v = rows.lanes();
    for (int lane = 0; lane < count; lane++) {
      Philox.block(key, step, first + lane, tile, stream.ordinal(), block, 0);
      int to = at + lane / v * v * STATE + lane % v;
      for (int c = 0; c < STATE; c++) {
        out[to + c * v] = block[c];
      }
    }
  }

  /**
   * Draws the next vectors of a group of lanes.
   *
   * @param lane the group's first lane
   * @param first the first vector, the one after the last that this group drew
   * @param vectors vectors to draw
   * @param x receives the inputs, vector after vector of features, from the x of the first
   */
  public void next(int lane, int first, int vectors, float[] x) {
    if (inputs.features() <= Inputs.MAX_LANE_FEATURES) {
      int v = rows.lanes();
      int draws = (inputs.features() + featureLanes - 1) / featureLanes;
      for (int q = 0; q < featureLanes; q++) {
        draw((q * LANES + lane) * STATE, draws, featureLanes * v, vectors, 0, q * v, x);
      }
    } else {
      for (int t = 0; t < vectors; t++) {
        seed(RandomStream.INPUTS, (first + t) * LANES + lane, rows.lanes(), states, 0);
        draw(0, inputs.features(), rows.lanes(), 1, t, 0, x);
      }
    }
    if (!plain) {
      if (inputs.sets() > 0) {
        int v = rows.lanes();
        kernels.words(
            setStates, lane * STATE, inputs.sets(), vectors, setWords, 0, v, inputs.sets() * v);
      }
      turn(vectors, x);
    }
  }

  /** Draws vectors from vector {@code t} on, for vectors of features {@code stride} apart. */
  private void draw(int state, int draws, int stride, int vectors, int t, int feature, float[] x) {
    if (plain) {
      int to = Kernels.ARRAY_OFFSET + t * rows.featureStep() + rows.featureHalf() + feature;
      kernels.inputs(
          states,
          state,
          draws,
          vectors,
          thresholds,
          scales,
          Kernels.ARRAY_OFFSET + feature,
          x,
          to,
          stride,
          rows.featureStep());
    } else {
      int to = t * rows.featureHalf() + feature;
      kernels.words(states, state, draws, vectors, words, to, stride, rows.featureHalf());
    }
  }

  /** Turns words into inputs. */
  private void turn(int vectors, float[] x) {
    int v = rows.lanes();
    for (int i = 0; i < inputs.features(); i++) {
      boolean member = inputs.set(i) >= 0;
      int[] gate = member ? setWords : words;
      int gateAt = (member ? inputs.set(i) : i) * v;
      int gateStep = member ? inputs.sets() * v : rows.featureHalf();
      boolean own = !member || inputs.ownValue();
      kernels.values(
          gate,
          gateAt,
          gateStep,
          own ? words : gate,
          own ? i * v : gateAt,
          own ? rows.featureHalf() : gateStep,
          features[i],
          x,
          Kernels.ARRAY_OFFSET + rows.featureHalf() + i * v,
          rows.featureStep(),
          vectors);
    }
  }
}
