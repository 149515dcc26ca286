package toymodels.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.backend.Backends;
import toymodels.backend.cuda.Ladder;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Study;
import toymodels.train.Trainer;

/**
 * Model-steps a second of the CPU backend, by the wall clock.
 *
 * @param description the backend in a line
 * @param batch samples a step
 */
record CpuRates(String description, int batch, List<Row> rows) {
  private static final int REPEATS = 7;
  private static final int MOST_STEPS = 1_000_000;

  /** The JIT compiles vector code only after seconds; before, it runs a thousand times slower. */
  private static final double WARM_UP = 4;

  /**
   * One shape.
   *
   * @param rate model-steps a second, the median; fastest and slowest beside it
   */
  record Row(ModelShape shape, int models, double rate, double fastest, double slowest) {}

  /** Times every shape of the ladder. */
  static CpuRates measure(int threads, Ladder.Effort effort) {
    List<Row> rows = new ArrayList<>();
    try (Backend backend = Backends.open("cpu", threads)) {
      for (Study study : Ladder.studies(effort)) {
        rows.add(row(backend, study, effort.seconds()));
      }
      return new CpuRates(backend.description(), effort.batch(), rows);
    }
  }

  private static Row row(Backend backend, Study study, double seconds) {
    try (Trainer trainer = backend.start(study)) {
      long begin = System.nanoTime();
      int warm = 0;
      do {
        trainer.advance(1);
        warm++;
      } while (System.nanoTime() - begin < WARM_UP * seconds * 1e9);
      double one = seconds(trainer, Math.max(1, warm / 10)) / Math.max(1, warm / 10);
      int steps = (int) Math.max(1, Math.min(MOST_STEPS, seconds / REPEATS / one));
      double[] rates = new double[REPEATS];
      for (int i = 0; i < REPEATS; i++) {
        rates[i] = (double) steps * study.models() / seconds(trainer, steps);
      }
      Arrays.sort(rates);
      return new Row(
          study.shape(), study.models(), rates[REPEATS / 2], rates[REPEATS - 1], rates[0]);
    }
  }

  private static double seconds(Trainer trainer, int steps) {
    long begin = System.nanoTime();
    trainer.advance(steps);
    return (System.nanoTime() - begin) * 1e-9;
  }

  void print(PrintWriter out) {
    out.printf("%s, batch %d%n", description, batch);
    out.printf("%9s %8s %16s %16s %16s%n", "shape", "models", "model-steps/s", "from", "to");
    for (Row row : rows) {
      out.printf(
          "%9s %8d %,16.0f %,16.0f %,16.0f%n",
          row.shape().features() + " x " + row.shape().hidden(),
          row.models(),
          row.rate(),
          row.slowest(),
          row.fastest());
    }
  }

  ObjectNode json() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("backend", description);
    node.put("batch", batch);
    ArrayNode all = node.putArray("rows");
    for (Row row : rows) {
      ObjectNode one = all.addObject();
      one.put("n", row.shape().features());
      one.put("m", row.shape().hidden());
      one.put("models", row.models());
      one.put("model_steps_per_second", row.rate());
      one.put("fastest", row.fastest());
      one.put("slowest", row.slowest());
    }
    return node;
  }
}
