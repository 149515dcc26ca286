package toymodels.report;

import java.util.List;

/**
 * WᵀW and b as colour maps beside bars of ‖Wᵢ‖ coloured by superposition, one panel a model (Elhage
 * et al. 2022, Basic Results).
 */
public record Matrices(String title, String caption, List<Panel> panels) implements Figure {
  /**
   * One model.
   *
   * @param label such as "density 0.03"
   * @param gram WᵀW, (features, features)
   * @param biases b, (features)
   * @param norms ‖Wᵢ‖, (features)
   * @param superposition Σⱼ≠ᵢ (Ŵᵢ · Wⱼ)², (features), coloured from 0 to 1
   */
  public record Panel(
      String label, double[] gram, double[] biases, double[] norms, double[] superposition) {}
}
