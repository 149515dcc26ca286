package toymodels.run.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import toymodels.analysis.Evaluation;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.file.PrintableText;
import toymodels.run.file.Problem;
import toymodels.train.Adam;
import toymodels.train.GradientEstimator;
import toymodels.train.Initialization;
import toymodels.train.RecordingSchedule;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** Turns config text into a {@link RunConfig}, or into the list of all that is wrong with it. */
final class ConfigBinder {
  private final String name;
  private final Map<String, Node> tree;
  private final List<Problem> problems = new ArrayList<>();

  private ConfigBinder(String name, Map<String, Node> tree) {
    this.name = name;
    this.tree = tree;
  }

  static RunConfig bind(String text, String name, List<String> overrides) {
    Map<String, Node> tree = FormerKeys.renamed(ConfigTree.parse(text, name));
    Overrides.apply(tree, overrides);
    ConfigBinder binder = new ConfigBinder(PrintableText.printable(name), tree);
    binder.checkSections();
    RunConfig config = binder.config();
    if (!binder.problems.isEmpty()) {
      throw new ConfigException(binder.problems);
    }
    return config;
  }

  private void checkSections() {
    tree.forEach(
        (section, node) -> {
          boolean table = section.equals("task") ? tables(node) : node.value() instanceof Map;
          if (!ConfigKey.sections().contains(section) && !(node.value() instanceof Map)) {
            problems.add(outside(section, node));
          } else if (!ConfigKey.sections().contains(section)) {
            problems.add(
                new Problem(
                    "unknown section [%s]".formatted(PrintableText.printable(section)),
                    node.place(),
                    Suggestion.fix(section, ConfigKey.sections(), "toymodels config keys")));
          } else if (!table) {
            problems.add(
                new Problem(
                    "'%s' is not a section".formatted(section),
                    node.place(),
                    section.equals("task") ? "write [[task]]" : "write [" + section + "]"));
          }
        });
  }

  /** A key that stands before every section. */
  private static Problem outside(String key, Node node) {
    List<String> homes =
        ConfigKey.all().stream()
            .filter(k -> k.name().equals(key) && !k.section().equals("task"))
            .map(ConfigKey::section)
            .toList();
    String fix =
        homes.isEmpty()
            ? Synonyms.fix(key)
                .or(
                    () ->
                        KeySearch.nearest(key)
                            .map("did you mean '%s'?   (toymodels config keys)"::formatted))
                .orElse("remove it, or see: toymodels config keys")
            : "write it under [%s], after that line".formatted(String.join("] or [", homes));
    return new Problem(
        "'%s' stands outside of a section".formatted(PrintableText.printable(key)),
        node.place(),
        fix);
  }

  private static boolean tables(Node node) {
    return node.value() instanceof List<?> list
        && !list.isEmpty()
        && list.stream().allMatch(i -> i instanceof Node n && n.value() instanceof Map);
  }

  private Section section(String section) {
    Node node = tree.get(section);
    return node != null && node.value() instanceof Map
        ? section(section, node)
        : new Section(section, name, Map.of(), problems);
  }

  @SuppressWarnings("unchecked") // ConfigTree makes maps of text to nodes alone.
  private Section section(String section, Node node) {
    return new Section(section, node.place(), (Map<String, Node>) node.value(), problems);
  }

  /** What the domain's own types refuse becomes a problem of the section that gave it. */
  private <T> T built(Section section, String key, Supplier<T> construction) {
    try {
      return construction.get();
    } catch (IllegalArgumentException e) {
      section.problem(
          e.getMessage(), key, "change it   (toymodels config keys " + section.name() + ")");
      return null;
    }
  }

  private RunConfig config() {
    Section model = section("model");
    model.require("kind");
    model.require("features");
    model.require("hidden");
    ModelKind kind =
        model.choice("kind", ModelKind.values(), ModelKind::configName, ModelKind.RELU_OUTPUT);
    int features = (int) model.integer("features", 1);
    int hidden = (int) model.integer("hidden", 1);
    ModelShape shape = built(model, "features", () -> new ModelShape(kind, features, hidden));
    boolean sized = model.has("features") && shape != null && problems.isEmpty();
    Section train = section("train");
    TrainingPlan plan = plan(train);
    TaskBinder binder = new TaskBinder(features, problems);
    List<Section> taskSections = taskSections();
    List<Task> tasks = binder.tasks(section("data"), section("importance"), taskSections, sized);
    if (shape != null && plan != null && sized) {
      requireServed(train, plan.estimator(), shape, tasks);
    }
    int replicas = (int) train.integer("replicas", 1);
    Study study =
        shape == null || plan == null || !problems.isEmpty()
            ? null
            : built(train, "replicas", () -> new Study(shape, tasks, replicas, plan));
    Section checkpoint = section("checkpoint");
    CheckpointPolicy standard = CheckpointPolicy.STANDARD;
    CheckpointPolicy policy =
        new CheckpointPolicy(
            (int) checkpoint.integer("every", standard.every()),
            checkpoint.number("seconds", standard.seconds()),
            checkpoint.flag("readback", standard.readBack()));
    Section history = section("history");
    RecordingSchedule recording =
        built(
            history,
            "keyframes",
            () ->
                new RecordingSchedule(
                    (int) history.integer("keyframes", RunConfig.RECORDING.keyframes()),
                    (int) history.integer("losses", RunConfig.RECORDING.losses())));
    Evaluation evaluation = EvaluationBinder.bind(section("eval"), study);
    return problems.isEmpty() ? new RunConfig(study, policy, recording, evaluation) : null;
  }

  /** The first task that the estimator does not serve is a problem of the key that chose it. */
  private static void requireServed(
      Section train, GradientEstimator estimator, ModelShape shape, List<Task> tasks) {
    tasks.stream()
        .flatMap(task -> estimator.unsupportedReason(shape, task).stream())
        .findFirst()
        .ifPresent(
            reason -> train.problem(reason, "estimator", "use estimator = \"iid\", or change it"));
  }

  private List<Section> taskSections() {
    List<Section> sections = new ArrayList<>();
    Node node = tree.get("task");
    if (node != null && tables(node)) {
      for (Object item : (List<?>) node.value()) {
        sections.add(section("task", (Node) item));
      }
    }
    return sections;
  }

  private TrainingPlan plan(Section train) {
    boolean arena = train.word("preset", "notebook").equals("arena");
    TrainingPlan preset = arena ? TrainingPlan.arena() : TrainingPlan.notebook();
    Initialization init = initialization(section("init"), preset.initialization());
    Adam adam = adam(train, preset.adam());
    Schedule schedule =
        train.choice("schedule", Schedule.values(), Schedule::configName, preset.schedule());
    GradientEstimator estimator =
        train.choice(
            "estimator",
            GradientEstimator.values(),
            GradientEstimator::configName,
            preset.estimator());
    if (train.has("stratified_samples") && estimator != GradientEstimator.STRATIFIED) {
      train.problem(
          "stratified_samples is given, but the estimator is '%s'"
              .formatted(estimator.configName()),
          "stratified_samples",
          "use estimator = \"stratified\", or remove stratified_samples");
      return null;
    }
    int stratifiedSamples = (int) train.integer("stratified_samples", 0);
    int steps = (int) train.integer("steps", preset.steps());
    int batch = (int) train.integer("batch", preset.batch());
    int warmup = (int) train.integer("warmup", preset.warmup());
    int microBatches = (int) train.integer("micro_batches", preset.microBatches());
    long seed = train.integer("seed", preset.seed());
    if (init == null || adam == null) {
      return null;
    }
    return built(
        train,
        warmup > steps ? "warmup" : "micro_batches",
        () ->
            new TrainingPlan(
                steps,
                batch,
                adam,
                schedule,
                warmup,
                microBatches,
                estimator,
                stratifiedSamples,
                init,
                seed));
  }

  private Adam adam(Section train, Adam preset) {
    double decay = preset.weightDecay();
    String optimizer = train.word("optimizer", decay > 0 ? "adamw" : "adam");
    boolean plain = optimizer.equals("adam");
    double standardDecay = plain ? 0 : TrainingPlan.notebook().adam().weightDecay();
    double weightDecay = train.number("weight_decay", standardDecay);
    if (plain && weightDecay != 0) {
      train.problem(
          "adam has no weight decay, but weight_decay is not 0",
          "weight_decay",
          "use optimizer = \"adamw\", or remove weight_decay");
    }
    double rate = train.number("learning_rate", preset.learningRate());
    double beta1 = train.number("beta1", preset.beta1());
    double beta2 = train.number("beta2", preset.beta2());
    double epsilon = train.number("eps", preset.epsilon());
    return built(train, "learning_rate", () -> new Adam(rate, beta1, beta2, epsilon, weightDecay));
  }

  private Initialization initialization(Section init, Initialization preset) {
    boolean std = init.has("std");
    Initialization.Scheme scheme =
        init.choice(
            "scheme",
            Initialization.Scheme.values(),
            Initialization.Scheme::configName,
            std ? Initialization.Scheme.FIXED : preset.scheme());
    boolean fixed = scheme == Initialization.Scheme.FIXED;
    if (std != fixed) {
      init.problem(
          std ? "std is given, but the scheme is not \"fixed\"" : "the scheme \"fixed\" needs std",
          std ? "std" : "scheme",
          std ? "remove scheme, or std" : "add std = 0.26");
      return null;
    }
    double value = init.number("std", 1);
    int standard =
        scheme == preset.scheme()
            ? preset.instances()
            : TrainingPlan.notebook().initialization().instances();
    int instances = (int) init.integer("instances_ref", standard);
    boolean counts = !fixed && scheme != Initialization.Scheme.PER_MODEL;
    if (init.has("instances_ref") && !counts && instances != standard) {
      init.problem(
          "instances_ref is given, but the scheme '%s' has no instances"
              .formatted(scheme.configName()),
          "instances_ref",
          "remove instances_ref, or choose the scheme notebook, arena or jax");
    }
    return (fixed ? Initialization.fixed(value) : Initialization.of(scheme, instances))
        .withBias(init.number("bias", 0) + 0.0); // -0.0 is 0.0, as in the resolved config.
  }
}
