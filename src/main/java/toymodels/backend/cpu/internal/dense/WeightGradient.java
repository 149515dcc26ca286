package toymodels.backend.cpu.internal.dense;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.model.ModelShape;

/**
 * Sums over samples of features times hidden units: the gradient of the weights, lane by lane, for
 * some blocks of features. Sums stand in the order in which they are taken, tile after tile.
 */
public final class WeightGradient {
  private final Kernels kernels;
  private final SampleBlockRows rows;
  private final int n;
  private final int m;
  private final int[] blocks;

  /** Tiles of five hidden units by four features; what is left over goes by two. */
  private final int fives;

  private final int group;
  private final LaneReduction lanes;

  /** (groups, blocks, tiles of hidden units, features, hidden units of the tile, V). */
  private final float[] sums;

  private int first;
  private int end;

  /** What is multiplied: d and g, x and dh, or both, one after the other in each vector. */
  public enum Part {
    BOTH,
    ERRORS,
    INPUTS
  }

  /**
   * @param room for so many blocks
   */
  public WeightGradient(Kernels kernels, ModelShape shape, SampleBlockRows rows, int room) {
    this.kernels = kernels;
    this.rows = rows;
    n = shape.features();
    m = shape.hidden();
    fives = fives(kernels, m);
    blocks = blocks(kernels, shape, rows);
    int features = Math.min(room * blocks[1], rows.features());
    group = features * rows.hidden() * rows.lanes();
    lanes = new LaneReduction(rows.lanes(), group);
    sums = new float[Kernels.ARRAY_OFFSET + group * (Kernels.SAMPLE_LANES / rows.lanes())];
  }

  /**
   * How many tiles of five hidden units there are: with 32 registers, as many as leave no odd
   * number of others that has no row of padding.
   */
  private static int fives(Kernels kernels, int m) {
    int most = m / Kernels.SPLIT_ROW_TILE;
    if (kernels.registers() < Kernels.MANY_REGISTERS || most == 0) {
      return 0;
    }
    return m % 2 == 0 && (m - most * Kernels.SPLIT_ROW_TILE) % 2 == 1 ? most - 1 : most;
  }

  /**
   * The first feature of each block, and after the last the number of features, padded: four by
   * five hidden units where there are registers for that; or else ten by one where the number of
   * hidden units is odd, or six by two; and what is left over.
   */
  public static int[] blocks(Kernels kernels, ModelShape shape, SampleBlockRows rows) {
    int m = shape.hidden();
    int whole =
        fives(kernels, m) > 0
            ? Kernels.MEDIUM_ROW_TILE
            : m % 2 == 1 ? Kernels.LARGE_ROW_TILE : Kernels.GRADIENT_ROW_TILE;
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int at = 0; at < rows.features(); starts.add(at)) {
      int left = rows.features() - at;
      boolean six = left >= Kernels.GRADIENT_ROW_TILE && whole != Kernels.MEDIUM_ROW_TILE;
      at +=
          left >= whole
              ? whole
              : six ? Kernels.GRADIENT_ROW_TILE : Math.min(left, Kernels.MEDIUM_ROW_TILE);
    }
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Begins a tile of samples, with blocks {@code from} to {@code to - 1}. */
  public void begin(int from, int to) {
    first = from;
    end = to;
    Arrays.fill(sums, 0);
  }

  /** Adds the products of some rounds of a group of lanes. */
  public void add(Part part, float[] features, float[] hidden, int laneGroup, int vectors) {
    boolean both = part == Part.BOTH;
    int aAt = Kernels.ARRAY_OFFSET + (part == Part.INPUTS ? rows.featureHalf() : 0);
    int bAt = Kernels.ARRAY_OFFSET + (part == Part.INPUTS ? rows.hiddenHalf() : 0);
    int aStep = both ? rows.featureHalf() : rows.featureStep();
    int bStep = both ? rows.hiddenHalf() : rows.hiddenStep();
    int count = both ? 2 * vectors : vectors;
    int v = rows.lanes();
    for (int block = first; block < end; block++) {
      int take = take(block);
      for (int j = 0; j < m; j += columns(take, j)) {
        kernels.weightGradient(
            take,
            columns(take, j),
            features,
            aAt + blocks[block] * v,
            aStep,
            hidden,
            bAt + j * v,
            bStep,
            sums,
            at(block, take, j) + laneGroup * group,
            count);
      }
    }
  }

  /** Features of a block, one of padding perhaps among them. */
  private int take(int block) {
    return blocks[block + 1] - blocks[block];
  }

  /** Hidden units of the tile of a block that has hidden unit j. */
  private int columns(int take, int j) {
    if (take == Kernels.MEDIUM_ROW_TILE && j < fives * Kernels.SPLIT_ROW_TILE) {
      return Kernels.SPLIT_ROW_TILE;
    }
    return take == Kernels.LARGE_ROW_TILE ? 1 : Kernels.SMALL_ROW_TILE;
  }

  /** The first hidden unit of that tile. */
  private int tile(int take, int j) {
    int before = take == Kernels.MEDIUM_ROW_TILE ? fives * Kernels.SPLIT_ROW_TILE : 0;
    return j < before ? j - j % Kernels.SPLIT_ROW_TILE : j - (j - before) % columns(take, j);
  }

  /** Where the tile of a block begins that has hidden unit j first. */
  private int at(int block, int take, int j) {
    int before = (blocks[block] - blocks[first]) * rows.hidden() + j * take;
    return Kernels.ARRAY_OFFSET + before * rows.lanes();
  }

  /**
   * Ends a tile of samples: adds its sums to the gradient of the features of these blocks.
   *
   * @param gradient (features, hidden), overwritten by the first tile
   */
  public void end(float[] gradient, boolean firstTile) {
    for (int block = first; block < end; block++) {
      int take = take(block);
      int last = Math.min(n, blocks[block + 1]);
      for (int j = 0; j < m; j++) {
        int columns = columns(take, j);
        int tile = tile(take, j);
        int at = at(block, take, tile) + (j - tile) * rows.lanes();
        for (int i = blocks[block]; i < last; i++) {
          float sum = lanes.of(sums, at);
          int to = i * m + j;
          gradient[to] = firstTile ? sum : gradient[to] + sum;
          at += columns * rows.lanes();
        }
      }
    }
  }
}
