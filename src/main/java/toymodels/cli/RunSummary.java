package toymodels.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import toymodels.analysis.EvaluatedLosses;
import toymodels.analysis.Evaluation;
import toymodels.analysis.LossEstimates;
import toymodels.report.NumberFormat;
import toymodels.run.RunDirectory;
import toymodels.run.SavedModels;
import toymodels.run.StudyDirectory;
import toymodels.run.file.ShortestDecimal;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/**
 * What came out of a run, in a few numbers a task.
 *
 * @param path the run
 * @param tasks one row each
 */
record RunSummary(String path, List<Row> tasks) {
  /**
   * The models of one task. Losses are Σᵢ Iᵢ (tᵢ − x'ᵢ)², sums over features.
   *
   * @param study index of the study in the run
   * @param task index of the task in the study
   * @param density the least of its features
   * @param largestDensity the largest of its features
   * @param models how many
   * @param diverged how many of them were frozen
   * @param measuredBy what the losses were measured by
   * @param best the id of the best model; null where none was measured or is left
   * @param bestLoss its loss, on samples that did not select it, or exact; null where none was
   *     measured or is left
   * @param bestLossError its standard error; 0 where exact, null where not known
   * @param ties models that cannot be told from the best within two standard errors, it among them
   * @param medianLoss the middle loss of those that did not diverge; null where none was measured
   *     or is left
   */
  record Row(
      int study,
      int task,
      double density,
      double largestDensity,
      int models,
      int diverged,
      String measuredBy,
      Integer best,
      Double bestLoss,
      Double bestLossError,
      int ties,
      Double medianLoss) {
    private String densities() {
      String least = ShortestDecimal.shortest((float) density);
      return density == largestDensity
          ? least
          : least + ".." + ShortestDecimal.shortest((float) largestDensity);
    }

    private String bestText() {
      double error = bestLossError == null ? Double.NaN : bestLossError;
      return bestLoss == null
          ? (diverged == models ? "none" : "not measured")
          : NumberFormat.withError(bestLoss, error);
    }

    private String medianText() {
      return medianLoss == null ? "-" : NumberFormat.plain(medianLoss, 4);
    }
  }

  static RunSummary of(RunDirectory run) {
    List<Row> rows = new ArrayList<>();
    for (int s = 0; s < run.studies().size(); s++) {
      StudyDirectory directory = run.studies().get(s);
      Study study = directory.study();
      SavedModels models = directory.finalModels();
      EvaluatedLosses losses = losses(study, models);
      for (int t = 0; t < study.tasks().size(); t++) {
        rows.add(row(s, t, study, models, losses));
      }
    }
    return new RunSummary(run.path().toString(), rows);
  }

  /**
   * What the run measured; the exact losses, where they are cheap, of a run that measured nothing
   * or each model on samples of its own. The loss of the last batch, on few samples of each model's
   * own, says nothing of which model is best.
   */
  private static EvaluatedLosses losses(Study study, SavedModels models) {
    Optional<EvaluatedLosses> measured = models.evaluation();
    Evaluation usual = Evaluation.usual(study);
    if (measured.filter(e -> e.method() != Evaluation.Method.OWN_SAMPLES).isPresent()
        || measured.isPresent() && usual.method() != Evaluation.Method.EXACT) {
      return measured.get();
    }
    Evaluation now = usual.method() == Evaluation.Method.EXACT ? usual : Evaluation.NONE;
    return new EvaluatedLosses(
        now.method(),
        0,
        now.losses(study, ModelSlice.all(study), models.state().weights()),
        LossEstimates.unmeasured(study.models()));
  }

  private static Row row(int s, int t, Study study, SavedModels models, EvaluatedLosses losses) {
    int replicas = study.replicas();
    int first = t * replicas;
    int[] divergedAt = Arrays.copyOfRange(models.state().divergedAt(), first, first + replicas);
    int diverged =
        (int) Arrays.stream(divergedAt).filter(step -> step != Checkpoint.NOT_DIVERGED).count();
    int[] ranked =
        Arrays.stream(losses.ranked(first, replicas))
            .filter(k -> divergedAt[k - first] == Checkpoint.NOT_DIVERGED)
            .toArray();
    DoubleSummaryStatistics densities =
        Arrays.stream(study.tasks().get(t).inputs().densities()).summaryStatistics();
    Integer best = ranked.length == 0 ? null : ranked[0];
    return new Row(
        s,
        t,
        densities.getMin(),
        densities.getMax(),
        replicas,
        diverged,
        losses.methodText(),
        best,
        best == null ? null : losses.loss(best),
        best == null ? null : known(losses.standardError(best)),
        losses.ties(ranked),
        known(losses.median(ranked)));
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }

  String text() {
    StringBuilder text = new StringBuilder(RunPaths.shown(path));
    text.append(
        "%n%-6s %-6s %10s %8s %9s %25s %6s %12s"
            .formatted(
                "study", "task", "density", "models", "diverged", "best loss", "ties", "median"));
    for (Row row : tasks) {
      text.append(
          "%n%-6d %-6d %10s %8d %9d %25s %6d %12s"
              .formatted(
                  row.study,
                  row.task,
                  row.densities(),
                  row.models,
                  row.diverged,
                  row.bestText(),
                  row.ties,
                  row.medianText()));
    }
    return text.append(System.lineSeparator()).append(explanation()).toString();
  }

  /** What the losses are: of a run, measured in one way or, by study, in several. */
  private String explanation() {
    String methods =
        tasks.stream().map(Row::measuredBy).distinct().collect(Collectors.joining("; "));
    return "loss: sum over features, " + methods + "; ties: models within two standard errors";
  }

  String json() throws JsonProcessingException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("run", path);
    all.put("tasks", tasks);
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
  }
}
