package toymodels.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;

/** The reference against PyTorch in float64; src/test/python/golden_pytorch.py made the numbers. */
class PyTorchGoldenTest {
  /** Both sides compute in float64; sums of a few dozen terms differ by rounding alone. */
  private static final double ROUNDING = 1e-12;

  private static JsonNode golden;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = PyTorchGoldenTest.class.getResourceAsStream("/golden/pytorch.json")) {
      golden = new ObjectMapper().readTree(in);
    }
  }

  private static JsonNode find(ModelKind kind) {
    for (JsonNode c : golden.get("cases")) {
      if (c.get("kind").asText().equals(kind.configName())) {
        return c;
      }
    }
    throw new AssertionError("no golden case for " + kind);
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void loss_gradients_and_ten_steps_are_pytorchs(ModelKind kind) {
    JsonNode c = find(kind);
    double[] importance = numbers(c.get("importance"));
    ReferenceModel model = model(kind, c.get("start"));
    int batch = c.get("x").get(0).size();
    double mean = 1.0 / (batch * importance.length);
    ReferenceModel gradient = new ReferenceModel(model.shape);
    double loss = model.loss(floats(c.get("x").get(0)), batch, importance, mean, gradient) * mean;
    assertEquals(c.get("loss").asDouble(), loss, ROUNDING);
    assertSame(c.get("gradient"), gradient);

    JsonNode settings = golden.get("adamw");
    Adam adam =
        new Adam(
            settings.get("lr").asDouble(),
            settings.get("betas").get(0).asDouble(),
            settings.get("betas").get(1).asDouble(),
            settings.get("eps").asDouble(),
            settings.get("weight_decay").asDouble());
    ReferenceModel m = new ReferenceModel(model.shape);
    ReferenceModel v = new ReferenceModel(model.shape);
    for (int step = 0; step < c.get("x").size(); step++) {
      ReferenceModel g = new ReferenceModel(model.shape);
      model.loss(floats(c.get("x").get(step)), batch, importance, mean, g);
      AdamReference.update(adam, step, adam.learningRate(), model, g, m, v);
    }
    assertSame(c.get("after"), model);
  }

  private static void assertSame(JsonNode expected, ReferenceModel actual) {
    assertClose("encoder", numbers(expected.get("encoder")), actual.encoder);
    assertClose("decoder", numbers(expected.get("decoder")), actual.decoder);
    assertClose("biases", numbers(expected.get("biases")), actual.biases);
  }

  private static void assertClose(String name, double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, name);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], ROUNDING, name + " at " + i);
    }
  }

  private static ReferenceModel model(ModelKind kind, JsonNode parameters) {
    double[] encoder = numbers(parameters.get("encoder"));
    double[] decoder = numbers(parameters.get("decoder"));
    double[] biases = numbers(parameters.get("biases"));
    int n = biases.length;
    ReferenceModel model = new ReferenceModel(new ModelShape(kind, n, encoder.length / n));
    System.arraycopy(encoder, 0, model.encoder, 0, encoder.length);
    System.arraycopy(decoder, 0, model.decoder, 0, decoder.length);
    System.arraycopy(biases, 0, model.biases, 0, n);
    return model;
  }

  private static float[] floats(JsonNode nested) {
    double[] numbers = numbers(nested);
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  /** Flattens nested arrays. */
  private static double[] numbers(JsonNode node) {
    if (!node.isArray()) {
      return new double[] {node.asDouble()};
    }
    double[] all = new double[0];
    for (JsonNode child : node) {
      double[] part = numbers(child);
      all = Arrays.copyOf(all, all.length + part.length);
      System.arraycopy(part, 0, all, all.length - part.length, part.length);
    }
    return all;
  }
}
