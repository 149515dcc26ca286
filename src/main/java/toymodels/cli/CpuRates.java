package toymodels.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import toymodels.backend.Backends;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.cpu.MultiplyAddPeak;
import toymodels.backend.cuda.Ladder;
import toymodels.data.FeatureDistribution;
import toymodels.data.Strata;
import toymodels.data.Task;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Estimator;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * The ladder of the CPU: model-steps a second of the reference, plain loops, vectors on one thread
 * and on all, and of the sparse estimators, by the wall clock.
 *
 * @param description the fastest rung's backend in a line
 * @param batch samples a step
 * @param load of the machine, one minute's average before and after
 */
record CpuRates(String description, int batch, double[] load, List<Row> rows) {
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

  /**
   * One shape.
   *
   * @param rate model-steps a second, the median; fastest and slowest beside it
   * @param operations of a model-step, FLOP
   * @param peak multiply-adds of the rung's threads, FLOP/s, measured just before; empty where this
   *     JVM has no vectors
   */
  record Row(
      String rung,
      ModelShape shape,
      int models,
      double rate,
      double fastest,
      double slowest,
      double operations,
      OptionalDouble peak) {
    /** Of the peak; on a busy machine that was measured on another share of the processor. */
    OptionalDouble share() {
      return peak.isEmpty() ? peak : OptionalDouble.of(rate * operations / peak.getAsDouble());
    }
  }

  /**
   * Times every shape on every rung.
   *
   * @param timing hears what is timed next
   */
  static CpuRates measure(int threads, Ladder.Effort effort, Consumer<String> timing) {
    List<Row> rows = new ArrayList<>();
    double before = loadNow();
    List<Study> studies = Ladder.studies(effort);
    // Vectors first: once plain loops are loaded too, a kernel's call has two targets, and the JIT
    // compiler may no longer inline it.
    List<List<Row>> vectors =
        studies.stream().map(study -> vectors(study, threads, effort.seconds(), timing)).toList();
    for (int i = 0; i < studies.size(); i++) {
      Study study = studies.get(i);
      timing.accept("the reference and plain loops of " + name(study));
      rows.add(row("reference", Backends.open("reference", 1), 1, study, effort.seconds()));
      rows.add(row("plain loops", CpuBackend.scalar(), 1, study, effort.seconds()));
      rows.addAll(vectors.get(i));
    }
    try (Backend backend = new CpuBackend(threads)) {
      double[] load = {before, loadNow()};
      return new CpuRates(backend.description(), effort.batch(), load, rows);
    }
  }

  private static String name(Study study) {
    return study.shape().features() + " x " + study.shape().hidden();
  }

  private static List<Row> vectors(
      Study study, int threads, double seconds, Consumer<String> timing) {
    timing.accept("vectors of " + name(study));
    List<Row> rows = new ArrayList<>();
    rows.add(row("vectors", new CpuBackend(1), 1, study, seconds));
    if (threads > 1) {
      rows.add(row(threads + " threads", new CpuBackend(threads), threads, study, seconds));
    }
    addSparse(rows, study, threads, seconds);
    return rows;
  }

  /** The estimators that use it that features are rare, where they serve the shape. */
  private static void addSparse(List<Row> rows, Study dense, int threads, double seconds) {
    int n = dense.shape().features();
    Task task = new Task(FeatureDistribution.independent(n, RARE), dense.task(0).importance());
    for (Estimator estimator : List.of(Estimator.IID_SPARSE, Estimator.STRATIFIED)) {
      if (estimator.whyNot(dense.shape(), task).isEmpty()) {
        TrainingPlan plan = dense.plan().withEstimator(estimator);
        Study study = new Study(dense.shape(), List.of(task), dense.models(), plan);
        String rung = estimator.configName();
        rows.add(row(rung, new CpuBackend(threads), threads, study, seconds));
      }
    }
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

  private static double loadNow() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /** Times one rung, and closes its backend. */
  private static Row row(String rung, Backend backend, int threads, Study study, double seconds) {
    OptionalDouble peak = MultiplyAddPeak.measure(threads);
    try (backend;
        Trainer trainer = backend.start(study)) {
      long begin = cpuNanos();
      do {
        trainer.advance(1);
      } while (cpuNanos() - begin < WARM_UP * seconds * 1e9);
      int some = (int) Math.max(1, seconds / REPEATS / seconds(trainer, 1));
      double one = seconds(trainer, some) / some;
      int steps = (int) Math.max(1, Math.min(MOST_STEPS, seconds / REPEATS / one));
      double[] rates = new double[REPEATS];
      for (int i = 0; i < REPEATS; i++) {
        rates[i] = (double) steps * study.models() / seconds(trainer, steps);
      }
      Arrays.sort(rates);
      double median = rates[REPEATS / 2];
      double operations = operations(study);
      return new Row(
          rung,
          study.shape(),
          study.models(),
          median,
          rates[REPEATS - 1],
          rates[0],
          operations,
          peak);
    }
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

  void print(PrintWriter out) {
    out.printf("%s, batch %d, load %.1f to %.1f%n", description, batch, load[0], load[1]);
    out.printf(
        "%-12s %9s %8s %16s %12s %12s %7s%n",
        "rung", "shape", "models", "model-steps/s", "from", "to", "fma");
    for (Row row : rows) {
      out.printf(
          "%-12s %9s %8d %,16.0f %,12.0f %,12.0f %7s%n",
          row.rung(),
          row.shape().features() + " x " + row.shape().hidden(),
          row.models(),
          row.rate(),
          row.slowest(),
          row.fastest(),
          row.share().isPresent() ? "%.1f %%".formatted(100 * row.share().getAsDouble()) : "");
    }
  }

  ObjectNode json() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("backend", description);
    node.put("batch", batch);
    node.putArray("load").add(load[0]).add(load[1]);
    ArrayNode all = node.putArray("rows");
    for (Row row : rows) {
      ObjectNode one = all.addObject();
      one.put("rung", row.rung());
      one.put("n", row.shape().features());
      one.put("m", row.shape().hidden());
      one.put("models", row.models());
      one.put("operations", row.operations());
      one.put("model_steps_per_second", row.rate());
      one.put("fastest", row.fastest());
      one.put("slowest", row.slowest());
      row.peak().ifPresent(peak -> one.put("multiply_add_peak", peak));
      row.share().ifPresent(share -> one.put("multiply_add_share", share));
    }
    return node;
  }
}
