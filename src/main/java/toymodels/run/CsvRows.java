package toymodels.run;

import java.util.List;
import toymodels.model.ModelBatch;
import toymodels.model.ModelShape;
import toymodels.run.file.Numbers;
import toymodels.train.Study;

/** The lines of a CSV file of models: numbers by {@link Numbers}, the same everywhere. */
final class CsvRows {
  private CsvRows() {}

  static String header(ModelShape shape) {
    StringBuilder line =
        new StringBuilder("model,task,replica,mean_density,diverged_at,loss,eval_loss");
    for (int i = 0; i < shape.features(); i++) {
      line.append(",b_").append(i);
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
    int n = study.shape().features();
    int w = study.shape().weights();
    double density = 0;
    for (int i = 0; i < n; i++) {
      density += study.task(id).inputs().density(i) / n;
    }
    StringBuilder line = new StringBuilder();
    line.append(id).append(',').append(study.taskIndex(id)).append(',');
    line.append(id % study.replicas()).append(',').append(Numbers.shortest(density));
    line.append(',').append(models.state().divergedAt()[k]);
    line.append(',').append(Numbers.shortest(models.state().losses()[k])).append(',');
    models.evaluationLosses().ifPresent(l -> line.append(Numbers.shortest(l[k])));
    append(line, batch.biases(), k * n, n);
    append(line, batch.encoder(), k * w, w);
    if (!study.shape().kind().tied()) {
      append(line, batch.decoder(), k * w, w);
    }
    return line.append('\n').toString();
  }

  private static void append(StringBuilder line, float[] values, int from, int count) {
    for (int i = from; i < from + count; i++) {
      line.append(',').append(Numbers.shortest(values[i]));
    }
  }
}
