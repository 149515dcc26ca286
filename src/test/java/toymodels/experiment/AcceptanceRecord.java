package toymodels.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import toymodels.Origin;
import toymodels.report.Check;
import toymodels.report.Report;

/**
 * What one acceptance run measured, with where it comes from; a file of bench/results/acceptance.
 *
 * <p>A claim's low is null where nothing bounds it from below, high likewise; its dispute is empty
 * or null where there is none.
 */
record AcceptanceRecord(
    String experiment,
    String title,
    String scale,
    long seed,
    String commit,
    String date,
    String java,
    String processor,
    int threads,
    double seconds,
    List<Claim> claims) {
  record Claim(
      String claim,
      String source,
      Double measured,
      Double low,
      Double high,
      boolean holds,
      String dispute) {
    static Claim of(Check check) {
      return new Claim(
          check.claim(),
          check.source(),
          finite(check.measured()),
          finite(check.low()),
          finite(check.high()),
          check.holds(),
          check.dispute());
    }

    Check check() {
      return new Check(
          claim,
          source,
          measured == null ? Double.NaN : measured,
          low == null ? Double.NEGATIVE_INFINITY : low,
          high == null ? Double.POSITIVE_INFINITY : high,
          dispute == null ? "" : dispute);
    }

    private static Double finite(double value) {
      return Double.isFinite(value) ? value : null;
    }
  }

  static AcceptanceRecord of(Report report, Scale scale, long seed, double seconds)
      throws IOException {
    return new AcceptanceRecord(
        report.name(),
        report.title(),
        scale.name().toLowerCase(Locale.ROOT),
        seed,
        Origin.headCommit(),
        LocalDate.now(ZoneOffset.UTC).toString(),
        System.getProperty("java.version"),
        Origin.processorName(),
        Runtime.getRuntime().availableProcessors(),
        Math.rint(seconds * 10) / 10,
        report.checks().stream().map(Claim::of).toList());
  }

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("%s-%s-seed%d.json".formatted(experiment, scale, seed));
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
  }

  /** All records of a folder, by file name. */
  static List<AcceptanceRecord> readAll(Path folder) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> sorted = files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
      List<AcceptanceRecord> records = new ArrayList<>();
      for (Path file : sorted) {
        records.add(mapper.readValue(file.toFile(), AcceptanceRecord.class));
      }
      return records;
    }
  }

  List<Check> checks() {
    return claims.stream().map(Claim::check).toList();
  }

  long held() {
    return claims.stream().filter(Claim::holds).count();
  }
}
