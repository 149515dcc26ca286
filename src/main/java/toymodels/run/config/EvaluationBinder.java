package toymodels.run.config;

import toymodels.analysis.Evaluation;
import toymodels.analysis.ExactLoss;
import toymodels.train.Study;

/** Reads the section [eval]: what losses are measured by. */
final class EvaluationBinder {
  private EvaluationBinder() {}

  /** Reads the section; null if it has a problem, which joins the others. */
  static Evaluation bind(Section eval, Study study) {
    int samples = (int) eval.integer("samples", 0);
    Evaluation.Method unsaid =
        !eval.has("samples")
            ? null
            : samples == 0 ? Evaluation.Method.NONE : Evaluation.Method.HELD_OUT;
    Evaluation.Method method =
        eval.has("method")
            ? eval.choice(
                "method",
                Evaluation.Method.values(),
                Evaluation.Method::configName,
                Evaluation.Method.NONE)
            : unsaid;
    if (study == null) {
      return null;
    }
    if (method == null) {
      return Evaluation.usual(study);
    }
    boolean drawn = method == Evaluation.Method.HELD_OUT || method == Evaluation.Method.OWN_SAMPLES;
    if (eval.has("samples") && drawn == (samples == 0)) {
      eval.problem(
          "samples = %d does not go with method = '%s'".formatted(samples, method.configName()),
          "samples",
          drawn ? "give 1 to 2^24 samples, or method = \"none\"" : "remove samples, or method");
      return null;
    }
    if (method == Evaluation.Method.EXACT) {
      try {
        study.tasks().forEach(task -> ExactLoss.require(study.shape(), task));
      } catch (IllegalArgumentException e) {
        eval.problem(e.getMessage(), "method", "use method = \"held-out\"");
        return null;
      }
    }
    int count = eval.has("samples") ? samples : Evaluation.usualSamples(study.models());
    return new Evaluation(method, drawn ? count : 0);
  }
}
