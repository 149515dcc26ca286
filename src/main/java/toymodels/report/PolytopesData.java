package toymodels.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.IntStream;
import toymodels.analysis.PrincipalAxes;

/**
 * {@link Polytopes} as the data that {@code polytopes.js} draws: weights as 16-bit parts of the
 * largest one, histories thinned to what a page can carry, and the axes to project on.
 */
final class PolytopesData {
  /** Weights in one figure: 16 bits each, 0.8 MB in base 64. */
  private static final int MOST_WEIGHTS = 300_000;

  private PolytopesData() {}

  static ObjectNode of(Polytopes figure) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("hidden", figure.hidden());
    node.put("colouredBy", figure.colouredBy());
    int once = figure.models().stream().mapToInt(m -> m.frames().get(0).length).sum();
    int frames = Math.max(1, MOST_WEIGHTS / Math.max(1, once));
    ArrayNode models = node.putArray("models");
    figure.models().forEach(model -> model(models.addObject(), model, figure.hidden(), frames));
    return node;
  }

  private static void model(ObjectNode node, Polytopes.Model model, int hidden, int most) {
    int[] kept = kept(model.steps().length, most);
    float largest = 0;
    for (int frame : kept) {
      for (float weight : model.frames().get(frame)) {
        largest = Math.max(largest, Math.abs(weight));
      }
    }
    node.put("label", model.label());
    ArrayNode importance = node.putArray("importance");
    for (double value : model.importance()) {
      importance.add(Html.number(value));
    }
    ArrayNode steps = node.putArray("steps");
    int values = model.frames().get(0).length;
    ByteBuffer bytes = ByteBuffer.allocate(2 * values * kept.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int frame : kept) {
      steps.add(model.steps()[frame]);
      for (float weight : model.frames().get(frame)) {
        bytes.putShort((short) Math.round(largest > 0 ? weight / largest * Short.MAX_VALUE : 0));
      }
    }
    node.set("largest", Html.number(largest));
    node.put("weights", Base64.getEncoder().encodeToString(bytes.array()));
    if (hidden > 3) {
      ArrayNode axes = node.putArray("axes");
      float[] last = model.frames().get(model.frames().size() - 1);
      for (float value : PrincipalAxes.of(last, 0, last.length / hidden, hidden, 3)) {
        axes.add(Html.number(value));
      }
    }
  }

  /** Which of some frames to keep: evenly spread, the last always. */
  private static int[] kept(int frames, int most) {
    if (frames <= most) {
      return IntStream.range(0, frames).toArray();
    }
    return IntStream.range(0, most)
        .map(k -> most == 1 ? frames - 1 : (int) Math.round(k * (frames - 1.0) / (most - 1)))
        .toArray();
  }
}
