package toymodels.report;

import java.util.List;

/** Feature vectors Wᵢ as points in the plane with a line from the origin, one panel a model. */
public record Directions(String title, String caption, List<Panel> panels) implements Figure {
  /**
   * One model with two hidden dimensions.
   *
   * @param label such as "density 0.1 (sparsity 90 %)"
   * @param vectors Wᵢ, (features, 2)
   * @param importance Iᵢ, (features), which colours the points
   */
  public record Panel(String label, float[] vectors, double[] importance) {}
}
