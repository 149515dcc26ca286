package toymodels.backend.cpu;

import toymodels.data.SampleList;
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
  static void add(GramKernels kernels, GramSums g, SampleList list) {
    for (int from = 0; from < list.samples(); from += GramSums.CHUNK) {
      int samples = Math.min(GramSums.CHUNK, list.samples() - from);
      int first = list.start(from);
      int entries = list.start(from + samples) - first;
      if (g.row.length < entries) {
        g.row = new int[2 * entries];
        g.valueBits = new int[2 * entries];
      }
      int[] features = list.features();
      float[] values = list.values();
      int last = 0;
      for (int s = 0; s < samples; s++) {
        int end = list.start(from + s + 1) - first;
        for (int a = last; a < end; a++) {
          int i = features[first + a];
          float value = values[first + a];
          g.row[a] = i * g.width;
          g.valueBits[a] = Float.floatToRawIntBits(value);
          g.x[s * g.width + i] = value;
        }
        g.start[s + 1] = end;
        last = end;
      }
      sum(kernels, g, samples, entries);
      for (int s = 0, a = 0; s < samples; s++) {
        for (; a < g.start[s + 1]; a++) {
          g.x[s * g.width + features[first + a]] = 0;
        }
      }
    }
  }

  private static void sum(GramKernels kernels, GramSums g, int samples, int entries) {
    if (entries == samples) {
      kernels.one(g, samples);
    } else if (entries == 2 * samples) {
      kernels.two(g, samples);
    } else {
      kernels.more(g, samples);
    }
  }
}
