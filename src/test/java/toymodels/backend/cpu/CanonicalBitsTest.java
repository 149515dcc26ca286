package toymodels.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toymodels.backend.cpu.internal.vector.VectorSpeciesChoice;
import toymodels.train.Backend;
import toymodels.train.Study;

/**
 * The bits of the arithmetic, version 1, whatever trains them. A change that moves a hash of {@code
 * golden/arithmetic-1.txt} is a new version of docs/arithmetic.md.
 */
class CanonicalBitsTest {
  private static final String GOLDEN = "/golden/arithmetic-1.txt";
  private static final String LONG = "10000 steps";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void any_number_of_threads_and_shards_trains_the_golden_bits(int threads) throws IOException {
    int shards = threads == 2 ? 3 : threads;
    try (Backend backend = new CpuBackend(threads)) {
      assertEquals(golden(), hashes(backend, shards), backend.description());
    }
  }

  @Test
  void plain_loops_train_the_golden_bits() throws IOException {
    try (Backend backend = CpuBackend.scalar()) {
      assertEquals(golden(), hashes(backend, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8, 16})
  void any_number_of_lanes_trains_the_golden_bits(int lanes) throws Exception {
    assumeTrue(
        lanes <= VectorSpeciesChoice.widest(), "this CPU has no vectors of " + lanes + " floats");
    List<String> lines = fork("--add-modules=jdk.incubator.vector", "-Dtoymodels.lanes=" + lanes);
    String expected = lanes == 1 ? "plain loops" : lanes + " lanes";
    assertTrue(lines.get(0).contains(expected), lines.get(0));
    assertEquals(golden(), parse(lines.subList(1, lines.size())));
  }

  @Test
  void a_java_without_the_vector_module_says_so_and_trains_the_golden_bits() throws Exception {
    List<String> lines = fork("-Xlog:disable");
    assertTrue(lines.get(0).contains("start java with --add-modules=jdk.incubator.vector"));
    assertEquals(golden(), parse(lines.subList(1, lines.size())));
  }

  @Test
  void ten_thousand_steps_end_at_the_golden_bits() throws IOException {
    try (Backend backend = new CpuBackend(2)) {
      assertEquals(all().get(LONG), CanonicalBits.hash(backend, CanonicalBits.longStudy(), 1));
    }
  }

  private static Map<String, String> hashes(Backend backend, int shards) {
    Map<String, String> hashes = new TreeMap<>();
    for (Map.Entry<String, Study> study : CanonicalBits.studies().entrySet()) {
      hashes.put(study.getKey(), CanonicalBits.hash(backend, study.getValue(), shards));
    }
    return hashes;
  }

  private static List<String> fork(String... options) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), CanonicalBits.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream out = process.getInputStream()) {
      List<String> lines =
          new String(out.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("WARNING"))
              .toList();
      assertEquals(0, process.waitFor(), command::toString);
      return lines;
    }
  }

  private static Map<String, String> golden() throws IOException {
    Map<String, String> golden = all();
    golden.remove(LONG);
    return golden;
  }

  private static Map<String, String> all() throws IOException {
    try (InputStream in = CanonicalBitsTest.class.getResourceAsStream(GOLDEN)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }

  /** Lines of a name and, after the last space, its hash. */
  private static Map<String, String> parse(List<String> lines) {
    return lines.stream()
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.lastIndexOf(' ')),
                line -> line.substring(line.lastIndexOf(' ') + 1),
                (a, b) -> a,
                TreeMap::new));
  }
}
