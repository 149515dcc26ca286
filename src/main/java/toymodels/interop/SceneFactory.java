package toymodels.interop;

import java.util.ArrayList;
import java.util.List;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.train.Study;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneInfo;

/**
 * Makes scenes of the models of a study.
 *
 * @param title shown above the picture
 */
public record SceneFactory(String title) {
  /** What does not change while the study is trained. */
  public SceneInfo info(Study study) {
    int n = study.shape().features();
    float[] importance = new float[study.models() * n];
    float[] density = new float[study.models() * n];
    List<String> labels = new ArrayList<>();
    for (int k = 0; k < study.models(); k++) {
      Task task = study.task(k);
      for (int i = 0; i < n; i++) {
        importance[k * n + i] = (float) task.importance().of(i);
        density[k * n + i] = (float) task.inputs().activeProbability(i);
      }
      labels.add(task.inputs().densityText());
    }
    return new SceneInfo(
        title, study.models(), n, study.shape().hidden(), importance, density, labels);
  }

  /**
   * The models at a step.
   *
   * @param weights not copied: nobody may change it any more
   * @param losses (models)
   */
  public static Scene scene(SceneInfo info, int step, ModelBatch weights, float[] losses) {
    return new Scene(info, step, weights.encoder(), weights.biases(), losses);
  }
}
