package toymodels.cli;

import java.util.List;
import toymodels.run.config.RunConfig;
import toymodels.train.Initialization;
import toymodels.train.TrainingPlan;

/** How a plan differs from the published ones, in a line. */
final class PlanText {
  private PlanText() {}

  /** Such as "as the notebook (AdamW, weight decay 0.01), but for train.steps". */
  static String of(RunConfig config) {
    TrainingPlan plan = config.study().plan();
    List<String> notebook = differences(config, TrainingPlan.notebook());
    List<String> arena = differences(config, TrainingPlan.arena());
    // ARENA's is told by what it is not the notebook's in: a preset changed in one is the
    // notebook's.
    boolean nearArena =
        plan.adam().weightDecay() == 0
            && plan.initialization().scheme() == Initialization.Scheme.ARENA;
    List<String> differing = nearArena ? arena : notebook;
    String decay =
        plan.adam().weightDecay() == 0
            ? "no weight decay"
            : "AdamW with weight decay " + plan.adam().weightDecay();
    return "plan: as %s%s; %s"
        .formatted(
            nearArena ? "ARENA" : "the notebook",
            differing.isEmpty() ? "" : " but for " + String.join(", ", differing),
            decay);
  }

  private static List<String> differences(RunConfig config, TrainingPlan published) {
    TrainingPlan other = published.withSeed(config.study().plan().seed());
    return config.changedKeys(config.withStudy(config.study().withPlan(other)));
  }
}
