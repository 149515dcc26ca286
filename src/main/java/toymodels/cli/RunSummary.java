package toymodels.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toymodels.run.RunDirectory;
import toymodels.run.SavedModels;
import toymodels.run.StudyDirectory;
import toymodels.run.file.Numbers;
import toymodels.train.Checkpoint;
import toymodels.train.Study;

/**
 * What came out of a run, in a few numbers a task.
 *
 * @param path the run
 * @param tasks one row each
 */
record RunSummary(String path, List<Row> tasks) {
  /**
   * The models of one task.
   *
   * @param study index of the study in the run
   * @param task index of the task in the study
   * @param density the least of its features
   * @param largestDensity the largest of its features
   * @param models how many
   * @param diverged how many of them were frozen
   * @param best the lowest loss, NaN where none is left
   * @param median the middle loss of those that did not diverge
   */
  record Row(
      int study,
      int task,
      double density,
      double largestDensity,
      int models,
      int diverged,
      double best,
      double median) {
    private String densities() {
      String least = Numbers.shortest((float) density);
      return density == largestDensity
          ? least
          : least + ".." + Numbers.shortest((float) largestDensity);
    }
  }

  static RunSummary of(RunDirectory run) {
    List<Row> rows = new ArrayList<>();
    for (int s = 0; s < run.studies().size(); s++) {
      StudyDirectory directory = run.studies().get(s);
      Study study = directory.study();
      SavedModels models = directory.finalModels();
      double[] losses = losses(models, study.shape().features());
      for (int t = 0; t < study.tasks().size(); t++) {
        rows.add(row(s, t, study, models, losses));
      }
    }
    return new RunSummary(run.path().toString(), rows);
  }

  /** Held-out losses where there are, else the last batch's, as sums over features. */
  private static double[] losses(SavedModels models, int features) {
    return models
        .evaluationLosses()
        .orElseGet(
            () -> {
              float[] last = models.state().losses();
              double[] sums = new double[last.length];
              Arrays.setAll(sums, k -> (double) last[k] * features);
              return sums;
            });
  }

  private static Row row(int s, int t, Study study, SavedModels models, double[] losses) {
    List<Double> whole = new ArrayList<>();
    int first = t * study.replicas();
    for (int k = first; k < first + study.replicas(); k++) {
      if (models.state().divergedAt()[k] == Checkpoint.NOT_DIVERGED) {
        whole.add(losses[k]);
      }
    }
    whole.sort(null);
    double best = whole.isEmpty() ? Double.NaN : whole.get(0);
    double median = whole.isEmpty() ? Double.NaN : whole.get(whole.size() / 2);
    DoubleSummaryStatistics densities =
        Arrays.stream(study.tasks().get(t).inputs().densities()).summaryStatistics();
    return new Row(
        s,
        t,
        densities.getMin(),
        densities.getMax(),
        study.replicas(),
        study.replicas() - whole.size(),
        best,
        median);
  }

  String text() {
    StringBuilder text = new StringBuilder(path);
    text.append(
        "%n%-6s %-6s %10s %8s %9s %12s %12s"
            .formatted("study", "task", "density", "models", "diverged", "best loss", "median"));
    for (Row row : tasks) {
      text.append(
          "%n%-6d %-6d %10s %8d %9d %12.6f %12.6f"
              .formatted(
                  row.study,
                  row.task,
                  row.densities(),
                  row.models,
                  row.diverged,
                  row.best,
                  row.median));
    }
    return text.toString();
  }

  String json() throws JsonProcessingException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("run", path);
    all.put("tasks", tasks);
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
  }
}
