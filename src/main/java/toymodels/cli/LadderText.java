package toymodels.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.OptionalDouble;
import toymodels.backend.cuda.Ladder;

/** A climb of the ladder as text and as JSON. */
final class LadderText {
  private LadderText() {}

  /** One line a rung and shape; an emulated device is said to be one. */
  static void print(Ladder.Climb climb, PrintWriter out) {
    Ladder.Device device = climb.device();
    out.printf(
        "%s, %d multiprocessors at %.2f GHz, %s, batch %d%n",
        device.name(),
        device.multiprocessors(),
        device.clock() / 1e9,
        device.driver(),
        climb.batch());
    if (device.emulated()) {
      out.println("EMULATED: these times say nothing of any GPU");
    }
    out.printf(
        "%-9s %9s %8s %16s %7s %7s %12s%n",
        "rung", "shape", "models", "model-steps/s", "fma", "issue", "bytes/model");
    for (Ladder.Row row : climb.rows()) {
      out.printf(
          "%-9s %9s %8d %,16.0f %7s %7s %,12d%n",
          row.variant(),
          row.features() + " x " + row.hidden(),
          row.models(),
          row.rate(),
          percent(row.multiplyAddShare()),
          percent(row.issueShare()),
          row.bytesOfModel());
    }
  }

  private static String percent(OptionalDouble share) {
    return share.isPresent() ? "%.1f %%".formatted(100 * share.getAsDouble()) : "";
  }

  /** The same as JSON. */
  static ObjectNode json(Ladder.Climb climb) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    Ladder.Device device = climb.device();
    node.put("device", device.name());
    node.put("emulated", device.emulated());
    node.put("compute_capability", device.computeCapability() / 10.0);
    node.put("multiprocessors", device.multiprocessors());
    node.put("clock_hz", device.clock());
    node.put("driver", device.driver());
    node.put("batch", climb.batch());
    ArrayNode rows = node.putArray("rows");
    for (Ladder.Row row : climb.rows()) {
      ObjectNode one = rows.addObject();
      one.put("rung", row.variant());
      one.put("n", row.features());
      one.put("m", row.hidden());
      one.put("models", row.models());
      one.put("steps", row.steps());
      one.put("model_steps_per_second", row.rate());
      one.put("fastest", row.fastest());
      one.put("slowest", row.slowest());
      one.put("bytes_of_model", row.bytesOfModel());
      row.multiplyAddShare().ifPresent(share -> one.put("share_of_multiply_adds", share));
      row.issueShare().ifPresent(share -> one.put("share_of_issue", share));
    }
    return node;
  }
}
