package toymodels.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import toymodels.backend.Backends;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.cpu.FmaPeak;
import toymodels.backend.cuda.Ladder;
import toymodels.data.FeatureDistribution;
import toymodels.data.Strata;
import toymodels.data.Task;
import toymodels.natives.Programs;
import toymodels.train.Backend;
import toymodels.train.GradientEstimator;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * One rung of the CPU's ladder at one shape, measured in a JVM of its own: what the JIT compiler
 * makes of a kernel depends on what the JVM ran before, and a user's JVM trains one study.
 */
final class CpuRung {
  static final String REFERENCE = "reference";
  static final String PLAIN = "plain loops";
  static final String VECTORS = "vectors";

  private static final int REPEATS = 7;
  private static final int MOST_STEPS = 1_000_000;

  /** The density at which the sparse estimators are timed. */
  private static final double RARE = 0.01;

  /** Operations a weight and sample: five products of two each. */
  private static final double OF_A_WEIGHT = 10;

  /**
   * The JIT compiles vector code only after seconds; before, it runs a thousand times slower. These
   * are CPU seconds of this process, since other processes delay the compiler.
   */
  private static final double WARM_UP = 8;

  private CpuRung() {}

  /** Which rungs a shape has. */
  static List<String> of(Study dense, int threads) {
    List<String> rungs = new ArrayList<>(List.of(REFERENCE, PLAIN, VECTORS));
    if (threads > 1) {
      rungs.add(threads + " threads");
    }
    for (GradientEstimator estimator :
        List.of(GradientEstimator.IID_SPARSE, GradientEstimator.STRATIFIED)) {
      Study sparse = sparse(dense, estimator);
      if (estimator.unsupportedReason(sparse.shape(), sparse.task(0)).isEmpty()) {
        rungs.add(estimator.configName());
      }
    }
    return rungs;
  }

  /**
   * Measures a rung of study number {@code shape} of {@link Ladder#studies} in a new JVM with the
   * options of this one.
   */
  static ObjectNode measure(String variant, int shape, int threads, Ladder.Effort effort)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-agent") && !option.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            CpuRung.class.getName(),
            variant,
            Integer.toString(shape),
            Integer.toString(threads),
            Double.toString(effort.seconds()),
            Integer.toString(effort.models()),
            Integer.toString(effort.batch())));
    Process child =
        Programs.process(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = child.waitFor();
      Optional<String> line = out.lines().filter(l -> l.startsWith("{")).findFirst();
      if (code != 0 || line.isEmpty()) {
        throw new CommandError(
            ErrorKind.INTERNAL,
            "the JVM that times '%s' ended with exit code %d".formatted(variant, code),
            String.join(" ", command),
            "run that command to see why");
      }
      JsonNode node = new ObjectMapper().readTree(line.get());
      return (ObjectNode) node;
    } finally {
      child.destroy();
    }
  }

  /** What {@link #measure} starts; prints one line of JSON. */
  public static void main(String[] a) {
    int threads = Integer.parseInt(a[2]);
    Ladder.Effort effort =
        new Ladder.Effort(Double.parseDouble(a[3]), Integer.parseInt(a[4]), Integer.parseInt(a[5]));
    Study dense = Ladder.studies(effort).get(Integer.parseInt(a[1]));
    System.out.println(row(a[0], dense, threads, effort.seconds()));
  }

  private static ObjectNode row(String variant, Study dense, int all, double seconds) {
    return switch (variant) {
      case REFERENCE -> row(variant, Backends.open("reference", 1), 1, dense, seconds);
      case PLAIN -> row(variant, CpuBackend.scalar(), 1, dense, seconds);
      case VECTORS -> row(variant, new CpuBackend(1), 1, dense, seconds);
      default -> {
        Study study =
            Arrays.stream(GradientEstimator.values())
                .filter(e -> e.configName().equals(variant))
                .findFirst()
                .map(e -> sparse(dense, e))
                .orElse(dense);
        yield row(variant, new CpuBackend(all), all, study, seconds);
      }
    };
  }

  /** The same models where features are rare. */
  private static Study sparse(Study dense, GradientEstimator estimator) {
    int n = dense.shape().features();
    Task task = new Task(FeatureDistribution.independent(n, RARE), dense.task(0).importance());
    TrainingPlan plan = dense.plan().withEstimator(estimator);
    return new Study(dense.shape(), List.of(task), dense.models(), plan);
  }

  /**
   * What a model-step has to do: five products for each weight and sample; or, in Gram form, G and
   * its product with the weights, two for each active feature and output, and when stratified four
   * for each output of each feature alone.
   */
  private static double operations(Study study) {
    double weights = study.shape().weights();
    int n = study.shape().features();
    int batch = study.plan().batch();
    double active = batch * n * RARE;
    return switch (study.plan().estimator()) {
      case IID_SPARSE -> 4 * weights * n + 4 * active * n;
      case STRATIFIED -> {
        Strata strata = new Strata(study.task(0).inputs());
        double several = active - batch * n * strata.only(0);
        double share = strata.samples(batch) / (batch * strata.several());
        yield 4 * weights * n + 8.0 * n * n + 4 * several * share * n;
      }
      default -> OF_A_WEIGHT * weights * batch;
    };
  }

  /** Times one rung, and closes its backend; the peak comes last, so that it compiles nothing. */
  private static ObjectNode row(
      String variant, Backend backend, int threads, Study study, double seconds) {
    double[] rates = new double[REPEATS];
    double[] cpuRates = new double[REPEATS];
    String description = backend.description();
    try (backend;
        Trainer trainer = backend.start(study)) {
      long begin = cpuNanos();
      do {
        trainer.advance(1);
      } while (cpuNanos() - begin < WARM_UP * seconds * 1e9);
      int some = (int) Math.max(1, seconds / REPEATS / seconds(trainer, 1));
      double one = seconds(trainer, some) / some;
      int steps = (int) Math.max(1, Math.min(MOST_STEPS, seconds / REPEATS / one));
      for (int i = 0; i < REPEATS; i++) {
        long cpu = cpuNanos();
        double done = (double) steps * study.models();
        rates[i] = done / seconds(trainer, steps);
        cpuRates[i] = done / Math.max(1, cpuNanos() - cpu) * 1e9;
      }
    }
    Arrays.sort(rates);
    Arrays.sort(cpuRates);
    double median = rates[REPEATS / 2];
    double operations = operations(study);
    ObjectNode row = new ObjectMapper().createObjectNode();
    row.put("rung", variant);
    row.put("n", study.shape().features());
    row.put("m", study.shape().hidden());
    row.put("models", study.models());
    row.put("operations", operations);
    row.put("model_steps_per_second", median);
    row.put("fastest", rates[REPEATS - 1]);
    row.put("slowest", rates[0]);
    row.put("per_cpu_second", cpuRates[REPEATS / 2]);
    row.put("backend", description);
    // Of as many threads; on a busy machine it was measured on another share of the processor.
    OptionalDouble peak = FmaPeak.measure(threads);
    peak.ifPresent(
        p -> row.put("multiply_add_peak", p).put("multiply_add_share", median * operations / p));
    return row;
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double seconds(Trainer trainer, int steps) {
    long begin = System.nanoTime();
    trainer.advance(steps);
    return (System.nanoTime() - begin) * 1e-9;
  }
}
