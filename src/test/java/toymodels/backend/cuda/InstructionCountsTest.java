package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.cuda.internal.launch.WarpLaunch;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Determinism;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * What a model-step costs on each variant, in warp instructions that the emulator issued, by what
 * they occupy: the performance test of a machine without a GPU. The counts depend on no clock; one
 * that rises by more than 2 % over {@code kernels/counts.tsv} fails, and one that falls by more
 * asks for the new table, which {@code -Dtoymodels.counts=write} writes.
 */
@ExtendWith(DriverEmulator.class)
class InstructionCountsTest {
  private static final Path TABLE = Path.of("kernels/counts.tsv");
  private static final double ALLOWED = 0.02;
  private static final int SHARED_BYTES = 232_448;
  private static final int BATCH = 1024;
  private static final double DENSITY = 0.1;

  @BeforeEach
  void reset() {
    DriverEmulator.requireEmulator();
  }

  private record Row(String name, KernelVariant variant, Study study) {}

  private static void add(
      List<Row> rows,
      KernelVariant variant,
      ModelKind kind,
      int n,
      int m,
      Coupling coupling,
      boolean signed) {
    FeatureDistribution independent = FeatureDistribution.independent(n, DENSITY);
    FeatureDistribution inputs =
        coupling == Coupling.INDEPENDENT
            ? signed ? independent.withSigns() : independent
            : new FeatureDistribution(
                independent.densities(), coupling, List.of(new int[] {n - 1, 0}), signed);
    TrainingPlan plan = TrainingPlan.notebook().withSteps(4).withBatch(BATCH).withSeed(1);
    // Half a warp or a whole one holds a model of registers: two fill a warp.
    Study study =
        new Study(new ModelShape(kind, n, m), List.of(Task.equallyImportant(inputs)), 2, plan);
    if (variant.unsupportedReason(study, SHARED_BYTES).isEmpty()) {
      String name =
          "%s\t%d,%d\t%s\t%s\t%s"
              .formatted(
                  variant.name().toLowerCase(Locale.ROOT),
                  n,
                  m,
                  kind.configName(),
                  coupling.name().toLowerCase(Locale.ROOT),
                  signed ? "signed" : "plain");
      rows.add(new Row(name, variant, study));
    }
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (WarpLaunch.Compiled c : WarpLaunch.COMPILED) {
      for (boolean signed : new boolean[] {false, true}) {
        int n = c.features() * c.featureLanes();
        add(
            rows,
            KernelVariant.RESIDENT,
            ModelKind.RELU_OUTPUT,
            n,
            c.hidden(),
            Coupling.INDEPENDENT,
            signed);
      }
    }
    for (KernelVariant variant : KernelVariant.values()) {
      if (variant.determinism() == Determinism.BITWISE && variant != KernelVariant.RESIDENT) {
        add(rows, variant, ModelKind.RELU_OUTPUT, 5, 2, Coupling.INDEPENDENT, false);
        add(rows, variant, ModelKind.RELU_OUTPUT, 20, 5, Coupling.INDEPENDENT, false);
      }
    }
    for (KernelVariant variant :
        List.of(KernelVariant.REGISTERS, KernelVariant.BLOCK, KernelVariant.TILED)) {
      add(rows, variant, ModelKind.RELU_OUTPUT, 20, 5, Coupling.CORRELATED, false);
      add(rows, variant, ModelKind.RELU_HIDDEN, 20, 5, Coupling.INDEPENDENT, false);
      add(rows, variant, ModelKind.ABSOLUTE_VALUE, 5, 2, Coupling.INDEPENDENT, true);
      add(rows, variant, ModelKind.RELU_OUTPUT, 80, 20, Coupling.INDEPENDENT, false);
    }
    add(rows, KernelVariant.TILED, ModelKind.RELU_OUTPUT, 400, 30, Coupling.INDEPENDENT, false);
    return rows;
  }

  private static Map<String, Long> issued(KernelVariant variant, Study study, int steps) {
    InstructionProfile.begin();
    try (Backend cuda = new CudaBackend(CudaOptions.fromProperties().withVariant(variant));
        Trainer trainer = cuda.start(study)) {
      trainer.advance(steps);
    }
    return InstructionProfile.taken().issuedByKind();
  }

  /**
   * Of one step of one model: three steps less one, so that what a launch begins with is not in.
   */
  private static Map<String, Double> ofStep(KernelVariant variant, Study study) {
    Map<String, Long> one = issued(variant, study, 1);
    Map<String, Double> each = new LinkedHashMap<>();
    issued(variant, study, 3)
        .forEach(
            (kind, three) ->
                each.put(kind, (three - one.getOrDefault(kind, 0L)) / (2.0 * study.models())));
    return each;
  }

  private static List<String> table() {
    List<String> kinds =
        List.of(
            "fma",
            "float",
            "special",
            "double",
            "integer",
            "wide",
            "division",
            "compare",
            "predicate",
            "select",
            "move",
            "convert",
            "shuffle",
            "barrier",
            "control",
            "parameter",
            "shared",
            "global",
            "local");
    List<String> lines = new ArrayList<>();
    lines.add("variant\tn,m\tkind\tcoupling\tsigns\tall\t" + String.join("\t", kinds));
    for (Row row : rows()) {
      Map<String, Double> counts = ofStep(row.variant(), row.study());
      double all = counts.values().stream().mapToDouble(x -> x).sum();
      StringBuilder line = new StringBuilder(row.name()).append('\t').append(Math.round(all));
      kinds.forEach(k -> line.append('\t').append(Math.round(counts.getOrDefault(k, 0.0))));
      lines.add(line.toString());
    }
    return lines;
  }

  @Test
  void no_variant_issues_more_than_it_did() throws IOException {
    List<String> now = table();
    if ("write".equals(System.getProperty("toymodels.counts"))) {
      Files.write(TABLE, now);
    }
    List<String> before = Files.readAllLines(TABLE);
    assertEquals(names(before), names(now), "rows; -Dtoymodels.counts=write writes them");
    List<String> wrong = new ArrayList<>();
    for (int k = 1; k < now.size(); k++) {
      double was = all(before.get(k));
      double is = all(now.get(k));
      if (Math.abs(is - was) > ALLOWED * was) {
        wrong.add("%s: %.0f, was %.0f".formatted(names(now).get(k), is, was));
      }
    }
    assertEquals(
        List.of(), wrong, "more is slower; where it is meant, -Dtoymodels.counts=write keeps it");
  }

  @Test
  void classes_add_up() throws IOException {
    List<String> lines = Files.readAllLines(TABLE);
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t");
      double sum = Stream.of(cells).skip(6).mapToDouble(Double::parseDouble).sum();
      assertEquals(Double.parseDouble(cells[5]), sum, cells.length, line);
      assertTrue(sum > 0);
    }
  }

  private static List<String> names(List<String> lines) {
    return lines.stream().map(l -> String.join(" ", List.of(l.split("\t")).subList(0, 5))).toList();
  }

  private static double all(String line) {
    return Double.parseDouble(line.split("\t")[5]);
  }
}
