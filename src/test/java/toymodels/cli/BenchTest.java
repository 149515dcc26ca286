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
  /** Room for a clock that other processes hold up between two reads. */
  private static final double MOST_OF_PEAK = 2;

  @Test
  void times_every_rung_of_the_cpu_on_every_shape() throws IOException {
    Invocation bench =
        Invocation.of(
                "bench", "cpu", "--json", "--seconds=0", "--models=1", "--batch=16", "--threads=2")
            .succeeded();
    JsonNode result = new ObjectMapper().readTree(bench.out());
    Set<String> rungs = new TreeSet<>();
    Set<String> shapes = new TreeSet<>();
    for (JsonNode row : result.get("rows")) {
      rungs.add(row.get("rung").asText());
      shapes.add(row.get("n").asInt() + "x" + row.get("m").asInt());
      assertTrue(row.get("model_steps_per_second").asDouble() > 0, row::toString);
      double share = row.path("multiply_add_share").asDouble();
      assertTrue(share >= 0 && share < MOST_OF_PEAK, row::toString);
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
