package toymodels.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.cuda.Ladder;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Study;

/**
 * The ladder of the CPU: model-steps a second of the reference, plain loops, vectors on one thread
 * and on all, and of the sparse estimators, by the wall clock and by CPU seconds. Every row is
 * measured in a JVM of its own, as {@link CpuRung} says.
 *
 * @param description the backend of all threads in a line
 * @param batch samples a step
 * @param load of the machine, one minute's average before and after
 * @param rows as {@link CpuRung} writes them
 */
record CpuRates(String description, int batch, double[] load, List<ObjectNode> rows) {
  /**
   * Times every rung at every shape.
   *
   * @param shapes such as "20x5"; all where it is empty
   * @param timing receives what is timed next
   */
  static CpuRates measure(
      int threads, Ladder.Effort effort, List<String> shapes, Consumer<String> timing)
      throws IOException, InterruptedException {
    double before = loadNow();
    List<ObjectNode> rows = new ArrayList<>();
    List<Study> studies = Ladder.studies(effort);
    for (int i = 0; i < studies.size(); i++) {
      ModelShape shape = studies.get(i).shape();
      if (shapes.isEmpty() || shapes.contains(shape.features() + "x" + shape.hidden())) {
        for (String variant : CpuRung.of(studies.get(i), threads)) {
          timing.accept(variant + " of " + shape.features() + " x " + shape.hidden());
          rows.add(CpuRung.measure(variant, i, threads, effort));
        }
      }
    }
    try (Backend backend = new CpuBackend(threads)) {
      double[] load = {before, loadNow()};
      return new CpuRates(backend.description(), effort.batch(), load, rows);
    }
  }

  private static double loadNow() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  void print(PrintWriter out) {
    out.printf("%s, batch %d, load %.1f to %.1f%n", description, batch, load[0], load[1]);
    out.printf(
        "%-12s %9s %8s %16s %12s %12s %14s %7s%n",
        "rung", "shape", "models", "model-steps/s", "from", "to", "per CPU second", "fma");
    for (JsonNode row : rows) {
      out.printf(
          "%-12s %9s %8d %,16.0f %,12.0f %,12.0f %,14.0f %7s%n",
          row.get("rung").asText(),
          row.get("n").asInt() + " x " + row.get("m").asInt(),
          row.get("models").asInt(),
          row.get("model_steps_per_second").asDouble(),
          row.get("slowest").asDouble(),
          row.get("fastest").asDouble(),
          row.get("per_cpu_second").asDouble(),
          row.has("multiply_add_share")
              ? "%.1f %%".formatted(100 * row.get("multiply_add_share").asDouble())
              : "");
    }
  }

  ObjectNode json() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("backend", description);
    node.put("batch", batch);
    node.putArray("load").add(load[0]).add(load[1]);
    node.putArray("rows").addAll(rows);
    return node;
  }
}
