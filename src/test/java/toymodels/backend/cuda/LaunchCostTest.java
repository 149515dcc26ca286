package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.Origin;

/**
 * What a launch costs on this side of the driver, Java and JNI, in processor time of its thread.
 * The emulated driver does nothing; a real one adds a few microseconds, which no caller can save.
 * Written to target/acceptance/launch.json; bench/results keeps one.
 */
@Tag("acceptance")
@ExtendWith(DriverEmulator.class)
class LaunchCostTest {
  private static final int LAUNCHES = 2_000;
  private static final int ROUNDS = 200;

  /** Nanoseconds a launch of each round; the ways take turns. */
  private record Rounds(double[] table, double[] pointers) {}

  private static Rounds measure() throws IOException {
    double[] table = new double[ROUNDS];
    double[] pointers = new double[ROUNDS];
    try (LaunchLoop loop = new LaunchLoop()) {
      for (int round = 0; round < ROUNDS; round++) {
        table[round] = nanos(() -> loop.launch(LAUNCHES));
        pointers[round] = nanos(() -> loop.launchByPointers(LAUNCHES));
      }
    }
    Arrays.sort(table);
    Arrays.sort(pointers);
    return new Rounds(table, pointers);
  }

  private static double nanos(Runnable launches) {
    var threads = ManagementFactory.getThreadMXBean();
    long begin = threads.getCurrentThreadCpuTime();
    launches.run();
    return (double) (threads.getCurrentThreadCpuTime() - begin) / LAUNCHES;
  }

  private static Map<String, Double> summary(double[] sorted) {
    Map<String, Double> summary = new LinkedHashMap<>();
    summary.put("least", sorted[0]);
    summary.put("median", sorted[ROUNDS / 2]);
    summary.put("most", sorted[ROUNDS - 1]);
    return summary;
  }

  @Test
  void a_table_of_pointers_costs_less_than_pointers_to_pointers() throws IOException {
    var system = ManagementFactory.getOperatingSystemMXBean();
    double before = system.getSystemLoadAverage();
    Rounds rounds = measure();
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("what", "nanoseconds of processor time a kernel launch, Java and JNI");
    record.put("table", summary(rounds.table()));
    record.put("pointers", summary(rounds.pointers()));
    record.put("launches", LAUNCHES);
    record.put("rounds", ROUNDS);
    record.put("load", new double[] {before, system.getSystemLoadAverage()});
    record.put("commit", Origin.headCommit());
    record.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    record.put("java", System.getProperty("java.version"));
    record.put("cpu", Origin.processorName());
    record.put("cores", system.getAvailableProcessors());
    record.put("command", "mvn verify -Pacceptance -Dtest=LaunchCostTest");
    Path folder = Files.createDirectories(Path.of("target", "acceptance"));
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(folder.resolve("launch.json").toFile(), record);
    assertTrue(rounds.table()[0] < rounds.pointers()[0], record::toString);
  }
}
