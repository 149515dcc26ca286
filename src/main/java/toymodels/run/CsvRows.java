package toymodels.run;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import toymodels.analysis.EvaluatedLosses;
import toymodels.analysis.ExactLoss;
import toymodels.analysis.Findings;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelShape;
import toymodels.run.file.ShortestDecimal;
import toymodels.train.Study;

/** The lines of a CSV file of models: numbers by {@link ShortestDecimal}, the same everywhere. */
final class CsvRows {
  private CsvRows() {}

  static String header(ModelShape shape) {
    StringBuilder line =
        new StringBuilder(
            "model,task,replica,mean_density,diverged_at,loss,eval_loss,eval_loss_error,"
                + "fresh_loss,fresh_loss_error,exact_loss,represented,dimensions_per_feature,"
                + "geometry");
    for (String name : List.of("density", "importance", "dimensionality", "b")) {
      for (int i = 0; i < shape.features(); i++) {
        line.append(',').append(name).append('_').append(i);
      }
    }
    for (String name : shape.kind().tied() ? List.of("W") : List.of("W", "W_out")) {
      for (int i = 0; i < shape.features(); i++) {
        for (int j = 0; j < shape.hidden(); j++) {
          line.append(',').append(name).append('_').append(i).append('_').append(j);
        }
      }
    }
    return line.append('\n').toString();
  }

  static String row(Study study, SavedModels models, int k) {
    int id = (int) models.ids()[k];
    ModelBatch batch = models.state().weights();
    Task task = study.task(id);
    int n = study.shape().features();
    int w = study.shape().weights();
    double[] density = task.inputs().densities();
    double mean = 0;
    for (double one : density) {
      mean += one / n;
    }
    StringBuilder line = new StringBuilder();
    line.append(id).append(',').append(study.taskIndex(id)).append(',');
    line.append(id % study.replicas()).append(',');
    line.append(ShortestDecimal.shortest(mean));
    line.append(',').append(models.state().divergedAt()[k]);
    line.append(',').append(ShortestDecimal.shortest(models.state().losses()[k]));
    losses(line, study, models, k);
    Findings findings = Findings.of(batch, k);
    line.append(',').append(findings.represented());
    line.append(',').append(ShortestDecimal.shortest(findings.dimensionsPerFeature()));
    line.append(',').append(findings.geometry());
    append(line, density);
    append(line, task.importance().values());
    append(line, findings.dimensionality());
    append(line, batch.biases(), k * n, n);
    append(line, batch.encoder(), k * w, w);
    if (!study.shape().kind().tied()) {
      append(line, batch.decoder(), k * w, w);
    }
    return line.append('\n').toString();
  }

  /** The held-out losses with their errors, and the exact one; a field stays empty without it. */
  private static void losses(StringBuilder line, Study study, SavedModels models, int k) {
    Optional<EvaluatedLosses> evaluation = models.evaluation();
    double[] values = new double[5];
    Arrays.fill(values, Double.NaN);
    evaluation.ifPresent(
        e -> {
          values[0] = e.losses().means()[k];
          values[1] = e.losses().standardErrors()[k];
          values[2] = e.fresh().means()[k];
          values[3] = e.fresh().standardErrors()[k];
        });
    Task task = study.task((int) models.ids()[k]);
    values[4] = ExactLoss.ofFinite(task, models.state().weights(), k).orElse(Double.NaN);
    for (double value : values) {
      line.append(',').append(Double.isNaN(value) ? "" : ShortestDecimal.shortest(value));
    }
  }

  private static void append(StringBuilder line, double[] values) {
    for (double value : values) {
      line.append(',').append(ShortestDecimal.shortest(value));
    }
  }

  private static void append(StringBuilder line, float[] values, int from, int count) {
    for (int i = from; i < from + count; i++) {
      line.append(',').append(ShortestDecimal.shortest(values[i]));
    }
  }
}
