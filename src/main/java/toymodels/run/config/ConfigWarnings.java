package toymodels.run.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.train.GradientEstimator;
import toymodels.train.Initialization;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/**
 * Configs that can be trained, but teach their models nothing, or not what they seem to: said in a
 * line each before training, since the results look well.
 */
public final class ConfigWarnings {
  /** Of the smallest change that shows in a loss: a thousandth of a weight. */
  private static final double VISIBLE = 1e-3;

  /** Adam's steps shrink where this is no longer small beside the root of the second moment. */
  private static final double LARGE_EPSILON = 1e-3;

  /** A bias at which an output with a ReLU is 0 for every input at the start. */
  private static final double DEAD_BIAS = -1;

  private final RunConfig config;
  private final Study study;
  private final TrainingPlan plan;
  private final List<String> warnings = new ArrayList<>();

  private ConfigWarnings(RunConfig config) {
    this.config = config;
    this.study = config.study();
    this.plan = study.plan();
  }

  /** One line for everything of the config that trains nonsense; empty where all is well. */
  public static List<String> of(RunConfig config) {
    ConfigWarnings found = new ConfigWarnings(config);
    found.plan();
    found.models();
    found.tasks();
    return List.copyOf(found.warnings);
  }

  private void plan() {
    double moved = 0;
    for (int i = 0; i < 1000; i++) { // The mean factor of the schedule, times all steps.
      int step = (int) ((long) plan.steps() * i / 1000);
      moved += plan.learningRate(step) * plan.steps() / 1000;
    }
    double deviation = plan.initialization().std(study.shape());
    if (moved < VISIBLE * deviation) {
      warnings.add(
          "train.learning_rate: all steps together move a weight by %.1e at most, of %.1e at the"
                  .formatted(moved, deviation)
              + " start: the models stay as they begin");
    }
    double decay = plan.adam().learningRate() * plan.adam().weightDecay();
    if (decay >= 1) {
      warnings.add(
          "train.weight_decay: each step takes %.3g times every weight away: no weight can last"
              .formatted(decay));
    }
    if (plan.warmup() >= plan.steps()) {
      warnings.add(
          "train.warmup: the rate rises over all %d steps, and the schedule never begins"
              .formatted(plan.steps()));
    }
    if (plan.adam().epsilon() >= LARGE_EPSILON) {
      warnings.add(
          "train.eps: %s is no longer small beside gradients: steps are far below learning_rate"
              .formatted(plan.adam().epsilon()));
    }
    if (plan.estimator() == GradientEstimator.EXACT && plan.microBatches() > 1) {
      warnings.add("train.tiles: the estimator exact draws no batch to divide: it has no effect");
    }
  }

  private void models() {
    ModelKind kind = study.shape().kind();
    Initialization init = plan.initialization();
    boolean rectified = kind == ModelKind.RELU_OUTPUT || kind == ModelKind.ABSOLUTE_VALUE;
    if (rectified && init.bias() <= DEAD_BIAS) {
      warnings.add(
          "init.bias: with %s every output with a ReLU starts at 0 and gets no gradient"
              .formatted(init.bias()));
    }
    boolean signed = study.tasks().stream().anyMatch(t -> t.inputs().signed());
    boolean unsigned = study.tasks().stream().anyMatch(t -> !t.inputs().signed());
    if (kind == ModelKind.ABSOLUTE_VALUE && unsigned) {
      warnings.add(
          "model.kind: absolute-value of inputs on [0, 1] is the identity: set data.signed = true");
    }
    if (kind == ModelKind.RELU_OUTPUT && signed) {
      warnings.add(
          "data.signed: relu-output models give no negative number: half of the inputs are lost");
    }
  }

  private void tasks() {
    Set<Task> seen = new HashSet<>();
    Set<String> said = new HashSet<>();
    for (int k = 0; k < study.tasks().size(); k++) {
      Task task = study.tasks().get(k);
      if (!seen.add(task)) {
        once(said, "data.density", k, "is equal to one before it: use train.replicas instead");
      }
      importances(said, k, task);
      activity(said, k, task.inputs());
      coupling(said, k, task.inputs());
    }
  }

  /** Says it of the first task that it is true of. */
  private void once(Set<String> said, String key, int task, String what) {
    if (said.add(what.replaceAll("[0-9.e+-]+", "#"))) {
      warnings.add("%s: task %d %s".formatted(key, task, what));
    }
  }

  private void importances(Set<String> said, int k, Task task) {
    boolean any = false;
    for (double importance : task.importance().values()) {
      any |= (float) importance > 0;
    }
    if (!any) {
      once(said, "importance", k, "weighs no feature: its loss is 0 whatever is learned");
    }
  }

  private void activity(Set<String> said, int k, FeatureDistribution inputs) {
    double active = 0;
    for (int i = 0; i < inputs.features(); i++) {
      active += inputs.activeProbability(i);
    }
    double samples = (double) plan.steps() * plan.batch();
    boolean always =
        plan.estimator() == GradientEstimator.EXACT
            || plan.estimator() == GradientEstimator.STRATIFIED;
    if (active == 0) {
      once(said, "data.density", k, "has no feature that is ever active: nothing can be learned");
    } else if (!always && active * samples < 1) {
      once(
          said,
          "data.density",
          k,
          "expects %.1e active features in a whole run, so that nothing is learned: the estimators"
                  .formatted(active * samples)
              + " exact and stratified learn there");
    }
    int evaluated = config.evaluation().samples();
    if (active > 0 && evaluated > 0 && active * evaluated < 10) {
      once(
          said,
          "eval.samples",
          k,
          "expects %.1e active features among held-out samples: its eval.loss shows nothing"
              .formatted(active * evaluated));
    }
  }

  private void coupling(Set<String> said, int k, FeatureDistribution inputs) {
    if (inputs.coupling() == Coupling.INDEPENDENT) {
      return;
    }
    for (int[] set : inputs.sets()) {
      if (set.length == 1) {
        once(said, "data.sets", k, "has a set of one feature, which is coupled with none");
      } else if (inputs.coupling() == Coupling.ANTICORRELATED) {
        double each = inputs.activeProbability(set[0]);
        once(
            said,
            "data.density",
            k,
            "gives %s to each set: a feature of it is active with probability %.3g"
                .formatted(inputs.density(set[0]), each));
      }
    }
  }
}
