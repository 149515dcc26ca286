package toymodels.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.backend.cpu.internal.vector.VectorSpeciesChoice;
import toymodels.model.ModelKind;
import toymodels.train.GradientEstimator;

/**
 * A warm training step allocates next to nothing, in JVMs that train one shape alone as a user's
 * does: vectors are in registers, not objects. Unlike a rate, the bytes do not depend on what else
 * the machine does. A few cases here; all of them by
 *
 * <pre>mvn surefire:test -Dtest=AllocationTest -Dtest.groups=matrix -Dtest.excludedGroups=</pre>
 *
 * <p>which takes many minutes; {@code -Dtest.jvm="-Dallocation.homes=JDK,JDK"} names other JDKs to
 * start, and {@code -Dallocation.repeats=N} how often each case starts.
 */
class AllocationTest {
  /** CPU seconds in which C2 has long compiled a step of these shapes. */
  private static final String PATIENCE = "20";

  private static final String MEASURED = "0.3";
  private static final String RARE = "0.01";
  private static final String COMMON = "0.1";

  /** Those whose vectors were on the heap once, and one of each other family of kernels. */
  @ParameterizedTest
  @CsvSource({
    "RELU_OUTPUT, IID, 20, 5, 16",
    "LINEAR, IID, 20, 5, 8",
    "RELU_HIDDEN, IID, 18, 5, 8",
    "ABSOLUTE_VALUE, IID, 20, 5, 16",
    "RELU_OUTPUT, IID, 5, 2, 8",
    "RELU_HIDDEN, IID_SPARSE, 20, 5, 16",
    "ABSOLUTE_VALUE, IID_SPARSE, 20, 5, 8",
    "RELU_OUTPUT, STRATIFIED, 20, 5, 16"
  })
  void a_warm_step_allocates_nothing(
      ModelKind kind, GradientEstimator estimator, int features, int hidden, int lanes)
      throws Exception {
    // Where vectors are shorter, the widest stand in.
    int most = Math.min(lanes, VectorSpeciesChoice.widest());
    assumeTrue(most >= 4, "this CPU has no vectors");
    double bytes = bytes(home(), kind, estimator, features, hidden, most);
    assertTrue(bytes <= AllocationProbe.LIMIT, () -> "bytes a model-step: " + bytes);
  }

  @Test
  @Tag("matrix")
  void no_warm_step_of_any_kind_estimator_shape_or_width_allocates() throws Exception {
    int repeats = Integer.getInteger("allocation.repeats", 2);
    List<String> bad = new ArrayList<>();
    int cases = 0;
    for (Path home : homes()) {
      for (String line : cases()) {
        String[] c = line.split(" ");
        for (int i = 0; i < repeats; i++) {
          double bytes =
              bytes(
                  home,
                  ModelKind.valueOf(c[0]),
                  GradientEstimator.valueOf(c[1]),
                  Integer.parseInt(c[2]),
                  Integer.parseInt(c[3]),
                  Integer.parseInt(c[4]));
          cases++;
          System.out.printf("%s %s: %.0f bytes a model-step%n", home.getFileName(), line, bytes);
          if (bytes > AllocationProbe.LIMIT) {
            bad.add("%s %s: %.0f".formatted(home.getFileName(), line, bytes));
          }
        }
      }
    }
    assertTrue(bad.isEmpty(), cases + " starts, too many bytes a model-step in " + bad);
  }

  private static List<String> cases() {
    List<String> cases = new ArrayList<>();
    for (String shape :
        List.of(
            "5 2", "7 3", "15 5", "18 5", "20 5", "20 7", "40 10", "80 20", "100 20", "400 30")) {
      for (ModelKind kind : ModelKind.values()) {
        for (GradientEstimator estimator : served(kind)) {
          for (int lanes : new int[] {8, 16}) {
            if (lanes <= VectorSpeciesChoice.widest()) {
              cases.add("%s %s %s %d".formatted(kind, estimator, shape, lanes));
            }
          }
        }
      }
    }
    return cases;
  }

  private static List<GradientEstimator> served(ModelKind kind) {
    return kind.reluHidden()
        ? List.of(GradientEstimator.IID, GradientEstimator.IID_SPARSE)
        : List.of(
            GradientEstimator.IID, GradientEstimator.IID_SPARSE, GradientEstimator.STRATIFIED);
  }

  private static List<Path> homes() {
    String named = System.getProperty("allocation.homes", "");
    return named.isEmpty() ? List.of(home()) : Stream.of(named.split(",")).map(Path::of).toList();
  }

  private static Path home() {
    return Path.of(System.getProperty("java.home"));
  }

  private static double bytes(
      Path home, ModelKind kind, GradientEstimator estimator, int features, int hidden, int lanes)
      throws IOException, InterruptedException {
    List<String> lines =
        FreshJvm.run(
            home,
            lanes,
            AllocationProbe.class,
            kind.name(),
            estimator.name(),
            Integer.toString(features),
            Integer.toString(hidden),
            estimator.sparse() ? RARE : COMMON,
            "2",
            PATIENCE,
            MEASURED);
    return Arrays.stream(lines.get(lines.size() - 1).split(" "))
        .mapToDouble(Double::parseDouble)
        .findFirst()
        .orElseThrow();
  }
}
