package toymodels.backend.cpu;

import toymodels.data.Inputs;
import toymodels.data.Philox;
import toymodels.data.Stream;

/** Draws a tile's inputs chunk by chunk, sixteen sample lanes at once; see {@link Inputs}. */
final class Draws {
  private static final int LANES = Kernels.SAMPLE_LANES;
  private static final int STATE = 4;

  private final Kernels kernels;
  private final ChunkRows rows;
  private final int featureLanes;
  private final int[] words;
  private final int[] states;
  private final int[] block = new int[STATE];
  private Inputs inputs;
  private Kernels.Feature[] features;
  private int[] setWords = {};
  private final int[] setStates = new int[STATE * LANES];
  private long key;
  private int step;
  private int tile;

  Draws(Kernels kernels, ChunkRows rows, int features, int featureLanes) {
    this.kernels = kernels;
    this.rows = rows;
    this.featureLanes = featureLanes;
    // With two feature lanes an odd number of features draws one word too many.
    words = new int[(features + 1) * rows.samples()];
    states = new int[STATE * LANES * featureLanes];
  }

  /** Draws from this distribution from now on. */
  void use(Inputs distribution) {
    inputs = distribution;
    features = new Kernels.Feature[distribution.features()];
    for (int i = 0; i < features.length; i++) {
      features[i] =
          new Kernels.Feature(
              distribution.threshold(i),
              distribution.offset(i),
              distribution.scale(i),
              distribution.signed());
    }
    if (setWords.length < distribution.sets() * rows.samples()) {
      setWords = new int[distribution.sets() * rows.samples()];
    }
  }

  /** Stands at the first sample of a tile. */
  void begin(long modelKey, int atStep, int atTile) {
    key = modelKey;
    step = atStep;
    tile = atTile;
    if (inputs.features() <= Inputs.MAX_LANE_FEATURES) {
      for (int q = 0; q < featureLanes; q++) {
        seed(Stream.INPUTS, q * LANES, LANES, states, q * LANES * STATE);
      }
    }
    if (inputs.sets() > 0) {
      seed(Stream.SETS, 0, LANES, setStates, 0);
    }
  }

  /** Seeds generators of consecutive lane words, V by V. */
  private void seed(Stream stream, int first, int count, int[] out, int at) {
    int v = kernels.lanes();
    for (int lane = 0; lane < count; lane++) {
      Philox.block(key, step, first + lane, tile, stream.ordinal(), block, 0);
      int to = at + lane / v * v * STATE + lane % v;
      for (int c = 0; c < STATE; c++) {
        out[to + c * v] = block[c];
      }
    }
  }

  /**
   * Draws the next samples of the tile into the x of rows of pairs.
   *
   * @param first the chunk's first sample in its tile, a multiple of 16
   * @param blocks samples of each lane, an even number
   * @param x rows of pairs, one a feature
   */
  void next(int first, int blocks, float[] x) {
    int n = inputs.features();
    int v = kernels.lanes();
    int row = rows.samples();
    int vectors = blocks * LANES / v;
    if (n <= Inputs.MAX_LANE_FEATURES) {
      int draws = (n + featureLanes - 1) / featureLanes;
      for (int q = 0; q < featureLanes; q++) {
        drawGroups(states, q * LANES * STATE, draws, blocks, words, q * row, featureLanes * row);
      }
    } else {
      drawSamples(first, blocks);
    }
    if (inputs.sets() > 0) {
      drawGroups(setStates, 0, inputs.sets(), blocks, setWords, 0, row);
    }
    for (int i = 0; i < n; i++) {
      boolean member = inputs.set(i) >= 0;
      int[] gate = member ? setWords : words;
      int gateAt = (member ? inputs.set(i) : i) * row;
      boolean own = !member || inputs.ownValue();
      kernels.values(
          gate,
          gateAt,
          own ? words : gate,
          own ? i * row : gateAt,
          features[i],
          x,
          2 * i * row + v,
          vectors);
    }
  }

  private void drawGroups(
      int[] state, int at, int draws, int blocks, int[] out, int to, int stride) {
    int v = kernels.lanes();
    for (int group = 0; group < LANES / v; group++) {
      kernels.words(
          state, at + group * v * STATE, draws, blocks, out, to + group * blocks * v, stride);
    }
  }

  /** One generator a sample. */
  private void drawSamples(int first, int blocks) {
    int v = kernels.lanes();
    for (int t = 0; t < blocks; t++) {
      seed(Stream.INPUTS, first + t * LANES, LANES, states, 0);
      for (int group = 0; group < LANES / v; group++) {
        kernels.words(
            states,
            group * v * STATE,
            inputs.features(),
            1,
            words,
            (group * blocks + t) * v,
            rows.samples());
      }
    }
  }
}
