package toymodels.run.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.run.file.ShortestDecimal;
import toymodels.train.Initialization;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/**
 * Writes a config as TOML, one key a line, the same text for equal configs. There are two texts:
 * {@link #study} is what a run keeps and a user reads, {@link #canonical} is what {@code
 * config_sha256} hashes, which stands in every file of a run. The canonical text is part of the
 * file format: it keeps every key's first spelling for ever, and a key that is younger than it is
 * left out at its default.
 */
final class ConfigText {
  private ConfigText() {}

  /** The sections [model] to [train], every key by its present name. */
  static String study(Study study) {
    return study(study, "micro_batches");
  }

  /** The same as it was first written: two runs of the same hash and steps have equal results. */
  static String canonical(Study study) {
    return study(study, "tiles");
  }

  private static String study(Study study, String microBatches) {
    StringBuilder out = new StringBuilder();
    section(out, "model");
    line(out, "kind", quoted(study.shape().kind().configName()));
    line(out, "features", Integer.toString(study.shape().features()));
    line(out, "hidden", Integer.toString(study.shape().hidden()));
    if (compact(study.tasks())) {
      grid(out, study.tasks());
    } else {
      study.tasks().forEach(task -> task(out, task));
    }
    init(out, study.plan().initialization());
    train(out, study, microBatches);
    return out.toString();
  }

  /** Whether tasks differ in one density each and in importance alone. */
  private static boolean compact(List<Task> tasks) {
    FeatureDistribution first = tasks.get(0).inputs();
    for (Task task : tasks) {
      FeatureDistribution inputs = task.inputs();
      for (double density : inputs.densities()) {
        if (density != inputs.density(0)) {
          return false;
        }
      }
      if (!sameCoupling(inputs, first)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameCoupling(FeatureDistribution a, FeatureDistribution b) {
    return a.coupling() == b.coupling()
        && a.signed() == b.signed()
        && Arrays.deepEquals(a.sets().toArray(), b.sets().toArray());
  }

  private static void grid(StringBuilder out, List<Task> tasks) {
    int importances = importancesOfProduct(tasks);
    boolean product = importances > 0;
    int stride = product ? importances : 1;
    double[] densities =
        IntStream.range(0, tasks.size() / stride)
            .mapToDouble(d -> tasks.get(d * stride).inputs().density(0))
            .toArray();
    section(out, "data");
    line(out, "density", numbers(densities));
    coupling(out, tasks.get(0).inputs());
    line(out, "combine", quoted(product ? "product" : "zip"));
    section(out, "importance");
    importance(
        out,
        tasks.stream().limit(product ? importances : tasks.size()).map(Task::importance).toList());
  }

  /** V, if the tasks are every density with each of V importances, in this order; else 0. */
  private static int importancesOfProduct(List<Task> tasks) {
    double first = tasks.get(0).inputs().density(0);
    int count = 1;
    while (count < tasks.size() && tasks.get(count).inputs().density(0) == first) {
      count++;
    }
    for (int k = 0; k < tasks.size(); k++) {
      Task task = tasks.get(k);
      Task ofRow = tasks.get(k / count * count);
      if (task.inputs().density(0) != ofRow.inputs().density(0)
          || !task.importance().equals(tasks.get(k % count).importance())) {
        return 0;
      }
    }
    return tasks.size() % count == 0 ? count : 0;
  }

  private static void importance(StringBuilder out, List<Importance> importances) {
    int n = importances.get(0).features();
    boolean uniform = true;
    boolean geometric = n > 1;
    for (Importance importance : importances) {
      uniform &= importance.equals(Importance.uniform(n, importance.of(0)));
      geometric = geometric && importance.equals(powers(n, importance.of(1)));
    }
    int telling = uniform ? 0 : 1;
    if (uniform || geometric) {
      double[] values = importances.stream().mapToDouble(i -> i.of(telling)).toArray();
      line(out, uniform ? "uniform" : "geometric", numbers(values));
    } else {
      line(
          out,
          "values",
          importances.stream()
              .map(i -> list(i.values()))
              .collect(Collectors.joining(", ", "[", "]")));
    }
  }

  /** The powers of a number, if a config may give them by it; else null. */
  private static Importance powers(int n, double decay) {
    boolean allowed =
        ConfigKey.named("importance", "geometric").range().contains(decay)
            && StrictMath.pow(decay, n - 1) <= Float.MAX_VALUE;
    return allowed ? Importance.geometric(n, decay) : null;
  }

  private static String numbers(double[] values) {
    return values.length == 1 ? ShortestDecimal.shortest(values[0]) : list(values);
  }

  private static void task(StringBuilder out, Task task) {
    out.append(out.isEmpty() ? "" : "\n").append("[[task]]\n");
    line(out, "density", list(task.inputs().densities()));
    coupling(out, task.inputs());
    line(out, "importance", list(task.importance().values()));
  }

  private static void coupling(StringBuilder out, FeatureDistribution inputs) {
    line(out, "coupling", quoted(inputs.coupling().configName()));
    if (inputs.coupling() != Coupling.INDEPENDENT) {
      line(
          out,
          "sets",
          inputs.sets().stream().map(Arrays::toString).collect(Collectors.joining(", ", "[", "]")));
    }
    line(out, "signed", Boolean.toString(inputs.signed()));
  }

  private static void init(StringBuilder out, Initialization init) {
    section(out, "init");
    line(out, "scheme", quoted(init.scheme().configName()));
    if (init.scheme() == Initialization.Scheme.FIXED) {
      line(out, "std", ShortestDecimal.shortest(init.fixedStd()));
    } else {
      line(out, "instances_ref", Integer.toString(init.instances()));
    }
    if (init.bias() != 0) {
      line(out, "bias", ShortestDecimal.shortest(init.bias()));
    }
  }

  private static void train(StringBuilder out, Study study, String microBatches) {
    TrainingPlan plan = study.plan();
    section(out, "train");
    line(out, "steps", Integer.toString(plan.steps()));
    line(out, "batch", Integer.toString(plan.batch()));
    line(out, "replicas", Integer.toString(study.replicas()));
    line(out, "optimizer", quoted(plan.adam().weightDecay() == 0 ? "adam" : "adamw"));
    line(out, "learning_rate", ShortestDecimal.shortest(plan.adam().learningRate()));
    line(out, "beta1", ShortestDecimal.shortest(plan.adam().beta1()));
    line(out, "beta2", ShortestDecimal.shortest(plan.adam().beta2()));
    line(out, "eps", ShortestDecimal.shortest(plan.adam().epsilon()));
    line(out, "weight_decay", ShortestDecimal.shortest(plan.adam().weightDecay()));
    line(out, "schedule", quoted(plan.schedule().configName()));
    line(out, "warmup", Integer.toString(plan.warmup()));
    line(out, microBatches, Integer.toString(plan.microBatches()));
    line(out, "estimator", quoted(plan.estimator().configName()));
    if (plan.stratifiedSamples() > 0) {
      line(out, "stratified_samples", Integer.toString(plan.stratifiedSamples()));
    }
    line(out, "seed", Long.toString(plan.seed()));
  }

  /** The sections that follow: they change what is kept, never what is trained. */
  static String keeping(RunConfig config) {
    StringBuilder out = new StringBuilder("\n");
    section(out, "checkpoint");
    line(out, "every", Integer.toString(config.checkpoints().every()));
    line(out, "seconds", ShortestDecimal.shortest(config.checkpoints().seconds()));
    line(out, "readback", Boolean.toString(config.checkpoints().readBack()));
    section(out, "history");
    line(out, "keyframes", Integer.toString(config.recording().keyframes()));
    line(out, "losses", Integer.toString(config.recording().losses()));
    section(out, "eval");
    line(out, "method", quoted(config.evaluation().method().configName()));
    if (config.evaluation().samples() > 0) {
      line(out, "samples", Integer.toString(config.evaluation().samples()));
    }
    return out.toString();
  }

  private static void section(StringBuilder out, String name) {
    boolean first = out.isEmpty() || out.toString().equals("\n");
    out.append(first ? "" : "\n").append('[').append(name).append("]\n");
  }

  private static void line(StringBuilder out, String key, String value) {
    out.append(key).append(" = ").append(value).append('\n');
  }

  private static String quoted(String word) {
    return '"' + word + '"';
  }

  private static String list(double[] values) {
    return Arrays.stream(values)
        .mapToObj(ShortestDecimal::shortest)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** Keys whose lines differ between two configs as written here. */
  static List<String> changedKeys(String a, String b) {
    Map<String, String> before = keys(a);
    Map<String, String> after = keys(b);
    TreeSet<String> all = new TreeSet<>(before.keySet());
    all.addAll(after.keySet());
    return all.stream().filter(k -> !Objects.equals(before.get(k), after.get(k))).toList();
  }

  private static Map<String, String> keys(String text) {
    Map<String, String> keys = new LinkedHashMap<>();
    String section = "";
    for (String line : text.split("\n")) {
      int equals = line.indexOf(" = ");
      if (line.startsWith("[")) {
        section = line.replaceAll("[\\[\\]]", "");
      } else if (equals > 0) {
        keys.merge(section + "." + line.substring(0, equals), line, String::concat);
      }
    }
    return keys;
  }
}
