package toymodels.backend.cpu;

import java.util.Arrays;

/** Sums of rows over samples, lane by lane: the gradient of biases, and losses. */
final class RowSums {
  private final Kernels kernels;
  private final int rows;
  private final LaneSums lanes;

  /** (groups, rows, V). */
  private final float[] sums;

  RowSums(Kernels kernels, int rows) {
    this.kernels = kernels;
    this.rows = rows;
    lanes = new LaneSums(kernels.lanes(), rows * kernels.lanes());
    sums = new float[Kernels.START + rows * Kernels.SAMPLE_LANES];
  }

  void clear() {
    Arrays.fill(sums, 0);
  }

  /** Adds the first {@code count} of the rows, round after round, of a group of lanes. */
  void add(int group, int count, float[] in, int at, int step, int rounds) {
    int to = Kernels.START + group * rows * kernels.lanes();
    kernels.addRows(count, in, at, step, sums, to, rounds);
  }

  /** The sum of a row over all lanes. */
  float of(int row) {
    return lanes.of(sums, Kernels.START + row * kernels.lanes());
  }

  /** The sum over all lanes of all rows, one or two, that meet first. */
  float ofAll() {
    int v = kernels.lanes();
    if (rows == 2) {
      for (int i = 0; i < Kernels.SAMPLE_LANES; i++) {
        int at = Kernels.START + i / v * rows * v + i % v;
        sums[at] += sums[at + v];
      }
    }
    return of(0);
  }
}
