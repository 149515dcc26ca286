package toymodels.backend.cpu;

import toymodels.data.ActiveSamples;
import toymodels.data.Task;

/** One step's loss and gradient of a model in Gram form, by one of the sparse estimators. */
interface GramStep {
  /** Trains for this task from now on. */
  void use(Task task);

  /**
   * Takes the gradient of the model whose weights stand in the sums, and leaves it there.
   *
   * @return the loss, the mean over features
   */
  float gradient(long key, int step);

  /** Adds samples to the sums, a chunk at a time. */
  static void add(GramKernels kernels, GramSums g, ActiveSamples samples) {
    int one = samples.one();
    int two = one + samples.two();
    int all = two + samples.more();
    for (int from = 0; from < one; from += GramSums.CHUNK) {
      int count = write(g, samples, from, one);
      kernels.one(g, count);
      clear(g, count);
    }
    for (int from = one; from < two; from += GramSums.CHUNK) {
      int count = write(g, samples, from, two);
      kernels.two(g, count);
      clear(g, count);
    }
    for (int from = two; from < all; from += GramSums.CHUNK) {
      int count = write(g, samples, from, all);
      kernels.more(g, count);
      clear(g, count);
    }
  }

  private static void clear(GramSums g, int samples) {
    for (int a = 0; a < g.start[samples]; a++) {
      g.x[g.place[a]] = 0;
    }
  }

  /** Writes samples to where the kernels look for them: as many as a chunk holds; that many. */
  private static int write(GramSums g, ActiveSamples all, int from, int end) {
    int samples = Math.min(GramSums.CHUNK, end - from);
    int[] starts = all.starts();
    int first = starts[from];
    int entries = starts[from + samples] - first;
    if (g.row.length < entries) {
      g.row = new int[2 * entries];
      g.valueBits = new int[2 * entries];
      g.place = new int[2 * entries];
    }
    int[] features = all.features();
    float[] values = all.values();
    int[] row = g.row;
    int[] bits = g.valueBits;
    int[] place = g.place;
    float[] x = g.x;
    int width = g.width;
    int a = 0;
    for (int s = 0, sample = 0; s < samples; s++, sample += width) {
      int stop = starts[from + s + 1] - first;
      for (; a < stop; a++) {
        int i = features[first + a];
        float value = values[first + a];
        row[a] = i * width;
        bits[a] = Float.floatToRawIntBits(value);
        place[a] = sample + i;
        x[sample + i] = value;
      }
      g.start[s + 1] = stop;
    }
    return samples;
  }
}
