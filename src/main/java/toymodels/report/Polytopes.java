package toymodels.report;

import java.util.List;

/**
 * A turnable view of feature vectors as points and polytopes, with a model picker and a slider over
 * the history.
 *
 * @param hidden hidden dimensions of every model, at least 2; more than three are projected
 * @param models the models to pick from
 */
public record Polytopes(String title, String caption, int hidden, List<Model> models)
    implements Figure {
  /**
   * One model over its training.
   *
   * @param label such as "density 0.1, best of 20"
   * @param importance Iᵢ, (features), which colours the points
   * @param steps the step of each frame, ascending, (frames)
   * @param frames Wᵢ at each step, each (features, hidden)
   */
  public record Model(String label, double[] importance, int[] steps, List<float[]> frames) {}
}
