package toymodels.backend.cpu.internal.dense;

import java.util.Arrays;

/** Sums of rows over samples, lane by lane: the gradient of biases, and losses. */
public final class LaneAccumulator {
  private final Kernels kernels;
  private final int rows;
  private final LaneReduction lanes;

  /** (groups, rows, V). */
  private final float[] sums;

  public LaneAccumulator(Kernels kernels, int rows) {
    this.kernels = kernels;
    this.rows = rows;
    lanes = new LaneReduction(kernels.lanes(), rows * kernels.lanes());
    sums = new float[Kernels.ARRAY_OFFSET + rows * Kernels.SAMPLE_LANES];
  }

  void clear() {
    Arrays.fill(sums, 0);
  }

  /** Adds the first {@code count} of the rows, vector after vector, of a group of lanes. */
  public void add(int group, int count, float[] in, int at, int step, int vectors) {
    int to = Kernels.ARRAY_OFFSET + group * rows * kernels.lanes();
    kernels.addRows(count, in, at, step, sums, to, vectors);
  }

  /** The sum of a row over all lanes. */
  float of(int row) {
    return lanes.of(sums, Kernels.ARRAY_OFFSET + row * kernels.lanes());
  }

  /** The sum over all lanes of all rows, one or two, that meet first. */
  float ofAll() {
    int v = kernels.lanes();
    if (rows == 2) {
      for (int i = 0; i < Kernels.SAMPLE_LANES; i++) {
        int at = Kernels.ARRAY_OFFSET + i / v * rows * v + i % v;
        sums[at] += sums[at + v];
      }
    }
    return of(0);
  }
}
