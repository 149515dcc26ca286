package toymodels.run.config;

import static toymodels.run.config.ConfigKey.Type.GRID;
import static toymodels.run.config.ConfigKey.Type.INTEGER;
import static toymodels.run.config.ConfigKey.Type.NUMBER;
import static toymodels.run.config.KeyKinds.choice;
import static toymodels.run.config.KeyKinds.flag;
import static toymodels.run.config.KeyKinds.list;
import static toymodels.run.config.KeyKinds.number;
import static toymodels.run.config.KeyKinds.words;

import java.util.List;
import toymodels.analysis.Evaluation;
import toymodels.analysis.HeldOutLoss;
import toymodels.data.Coupling;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.GradientEstimator;
import toymodels.train.Initialization;
import toymodels.train.Schedule;
import toymodels.train.TrainingPlan;

/**
 * One key of a config file: the one list of keys, from which files are checked and the help is
 * printed.
 *
 * @param section the table it stands in, such as {@code model}
 * @param name its name there
 * @param type what kind of value it takes
 * @param allowed which values, in words
 * @param standard what holds without it, in words
 * @param meaning what it is
 * @param range the numbers allowed; null where the value is no number
 * @param choices the words allowed; empty where the value is no word
 */
public record ConfigKey(
    String section,
    String name,
    Type type,
    String allowed,
    String standard,
    String meaning,
    Range range,
    List<String> choices) {
  /** What kind of value a key takes. */
  public enum Type {
    CHOICE("one of the words"),
    INTEGER("an integer"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    /** One number, or several: a list, {@code { logspace = [a, b], count = n }}, or linspace. */
    GRID("a number, a list of them, or { logspace = [first, last], count = n }, or linspace"),
    LIST("a list");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    /** In words, such as "an integer". */
    public String text() {
      return text;
    }
  }

  private static final String NEEDED = "needed";
  private static final double MAX_INT = Integer.MAX_VALUE;
  private static final Range BELOW_ONE = Range.of(0, Math.nextDown(1f)); // Above, its float is 1.
  private static final double BIG = 1e6;

  private static final List<ConfigKey> ALL =
      List.of(
          choice(
              "model",
              "kind",
              NEEDED,
              "what the model computes",
              ModelKind.values(),
              ModelKind::configName),
          number("model", "features", INTEGER, Range.of(1, ModelShape.MAX_FEATURES), NEEDED, "n"),
          number(
              "model",
              "hidden",
              INTEGER,
              Range.of(1, ModelShape.MAX_HIDDEN),
              NEEDED,
              "m, hidden dimensions"),
          number(
              "data",
              "density",
              GRID,
              densities(),
              "1.0",
              "1 - sparsity, one task each; with coupling anticorrelated that of a whole set"),
          choice(
              "data",
              "coupling",
              "independent",
              "which features are active together",
              Coupling.values(),
              Coupling::configName),
          list("data", "sets", "disjoint lists of features", "none", "features that are coupled"),
          flag(
              "data",
              "signed",
              "false",
              "active values on [-1, 1] instead of [0, 1]; absolute-value models need it"),
          words("data", "combine", "product", "how several grids become tasks", "product", "zip"),
          number("importance", "uniform", GRID, Range.of(0, Float.MAX_VALUE), "1.0", "I_i = value"),
          number("importance", "geometric", GRID, Range.of(0, BIG), "none", "I_i = value^i"),
          list(
              "importance",
              "values",
              "one number a feature, or a list of such lists",
              "none",
              "I_i as given, one task a list"),
          number(
              "task", "density", GRID, densities(), "as in [data]", "one number, or one a feature"),
          choice(
              "task",
              "coupling",
              "as in [data]",
              "as in [data]",
              Coupling.values(),
              Coupling::configName),
          list("task", "sets", "disjoint lists of features", "as in [data]", "as in [data]"),
          flag("task", "signed", "as in [data]", "as in [data]"),
          number(
              "task",
              "importance",
              GRID,
              Range.of(0, Float.MAX_VALUE),
              "as in [importance]",
              "one number, or one a feature"),
          choice(
              "init",
              "scheme",
              "of the preset",
              "how the standard deviation follows from the shape",
              Initialization.Scheme.values(),
              Initialization.Scheme::configName),
          number(
              "init",
              "std",
              NUMBER,
              Range.of(Float.MIN_NORMAL, BIG),
              "none",
              "the deviation: scheme fixed"),
          number(
              "init",
              "instances_ref",
              INTEGER,
              Range.of(1, MAX_INT),
              "of the preset",
              "I in the formula of the schemes notebook, arena and jax"),
          number(
              "init",
              "bias",
              NUMBER,
              Range.of(-BIG, BIG),
              "0",
              "every initial bias; at -1 or less a ReLU output starts dead"),
          words("train", "preset", "notebook", "where defaults come from", "notebook", "arena"),
          number("train", "steps", INTEGER, Range.of(1, MAX_INT), "10000", "optimiser steps"),
          number(
              "train",
              "batch",
              INTEGER,
              Range.of(1, TrainingPlan.MAX_BATCH),
              "1024",
              "samples a step"),
          number("train", "replicas", INTEGER, Range.of(1, MAX_INT), "1", "models of each task"),
          words("train", "optimizer", "of the preset", "the optimiser", "adam", "adamw"),
          number(
              "train",
              "learning_rate",
              NUMBER,
              Range.of(Float.MIN_NORMAL, BIG),
              "0.001",
              "before schedule; Adam moves a weight by about so much a step"),
          number("train", "beta1", NUMBER, BELOW_ONE, "0.9", "decay of the first moment"),
          number("train", "beta2", NUMBER, BELOW_ONE, "0.999", "decay of the second moment"),
          number(
              "train",
              "eps",
              NUMBER,
              Range.of(Float.MIN_NORMAL, 1),
              "1e-8",
              "added to the root of the second moment"),
          number(
              "train",
              "weight_decay",
              NUMBER,
              Range.of(0, BIG),
              "of the preset",
              "of AdamW: each step takes learning_rate x weight_decay of a weight"),
          choice(
              "train",
              "schedule",
              "constant",
              "how the learning rate changes after the warm-up",
              Schedule.values(),
              Schedule::configName),
          number(
              "train",
              "warmup",
              INTEGER,
              Range.of(0, MAX_INT),
              "0",
              "steps of rising rate, fewer than steps"),
          number(
              "train",
              "micro_batches",
              INTEGER,
              Range.of(1, TrainingPlan.MAX_BATCH),
              "1",
              "gradient accumulation: parts of a batch whose gradients are summed"),
          choice(
              "train",
              "estimator",
              "iid",
              "where gradients come from; exact and stratified learn at any density, exact on the CPU",
              GradientEstimator.values(),
              GradientEstimator::configName),
          number(
              "train",
              "stratified_samples",
              INTEGER,
              Range.of(1, TrainingPlan.MAX_BATCH),
              "as in a batch",
              "samples with several active features, of the estimator stratified"),
          number(
              "train",
              "seed",
              INTEGER,
              Range.of(Long.MIN_VALUE, Long.MAX_VALUE),
              "0",
              "same seed, same result"),
          number("checkpoint", "every", INTEGER, Range.of(1, MAX_INT), "1000", "steps between two"),
          number("checkpoint", "seconds", NUMBER, Range.above(0, BIG), "30.0", "time between two"),
          flag("checkpoint", "readback", "true", "read every file again and compare"),
          number(
              "history",
              "keyframes",
              INTEGER,
              Range.of(0, 100_000),
              "100",
              "kept parameters, log-spaced; not 1"),
          number(
              "history",
              "losses",
              INTEGER,
              Range.of(0, 1_000_000),
              "100",
              "rows of metrics.jsonl, log-spaced; not 1"),
          choice(
              "eval",
              "method",
              "exact where that is cheap, else held-out",
              "what eval.loss is measured by; own-samples: as version 0.1",
              Evaluation.Method.values(),
              Evaluation.Method::configName),
          number(
              "eval",
              "samples",
              INTEGER,
              Range.of(0, HeldOutLoss.MAX_SAMPLES),
              "131072, or fewer",
              "held-out samples of eval.loss; 0 for none"));

  /** Every key, in the order of the sections of a file. */
  public static List<ConfigKey> all() {
    return ALL;
  }

  /** Names of all sections, in the order of a file. */
  public static List<String> sections() {
    return ALL.stream().map(ConfigKey::section).distinct().toList();
  }

  /** The keys of a section; empty if there is no such section. */
  public static List<ConfigKey> of(String section) {
    return ALL.stream().filter(k -> k.section.equals(section)).toList();
  }

  static ConfigKey named(String section, String name) {
    return of(section).stream().filter(k -> k.name.equals(name)).findFirst().orElseThrow();
  }

  /** Name and section together, such as {@code train.steps}. */
  public String path() {
    return section + "." + name;
  }

  private static Range densities() {
    return Range.of(0, 1); // What is too close to 0, the distribution itself refuses.
  }
}
