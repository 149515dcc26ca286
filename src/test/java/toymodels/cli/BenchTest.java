package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BenchTest {
  /** Encoder and decoder multiply and add five times for each weight and sample. */
  private static final int OPERATIONS = 10;

  private static final int BATCH = 16;
  private static final double ROUNDING = 1e-12;

  @Test
  void times_every_rung_of_the_cpu_on_every_shape() throws IOException {
    Invocation bench =
        Invocation.of(
                "bench",
                "cpu",
                "--json",
                "--seconds=0",
                "--models=1",
                "--batch=" + BATCH,
                "--threads=2")
            .succeeded();
    JsonNode result = new ObjectMapper().readTree(bench.out());
    Set<String> rungs = new TreeSet<>();
    Set<String> shapes = new TreeSet<>();
    for (JsonNode row : result.get("rows")) {
      rungs.add(row.get("rung").asText());
      shapes.add(row.get("n").asInt() + "x" + row.get("m").asInt());
      double rate = row.get("model_steps_per_second").asDouble();
      assertTrue(rate > 0, row::toString);
      double work = rate * OPERATIONS * row.get("n").asInt() * row.get("m").asInt() * BATCH;
      double share = row.path("multiply_add_share").asDouble();
      double peak = row.path("multiply_add_peak").asDouble();
      assertEquals(row.has("multiply_add_peak") ? work : 0, share * peak, ROUNDING * work);
    }
    assertEquals(Set.of("reference", "plain loops", "vectors", "2 threads"), rungs);
    assertTrue(shapes.contains("20x5"), shapes::toString);
    assertEquals(rungs.size() * shapes.size(), result.get("rows").size());
  }

  @Test
  void a_backend_that_cannot_be_timed_is_named() {
    Invocation bench = Invocation.of("bench", "cpx").failed(ErrorKind.USAGE);
    assertTrue(bench.err().startsWith("error[usage]: bench of 'cpx' is not known"), bench.err());
  }
}
