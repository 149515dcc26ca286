package toymodels.report;

import java.util.List;
import java.util.Optional;

/**
 * WᵀW and b as colour maps beside bars of ‖Wᵢ‖ coloured by superposition, one panel a model (Elhage
 * et al. 2022, Basic Results).
 */
public record Matrices(String title, String caption, List<Panel> panels) implements Figure {
  public Matrices {
    panels = List.copyOf(panels);
  }

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
      String label, double[] gram, double[] biases, double[] norms, double[] superposition) {
    public Panel {
      Shapes.require(label, "gram", gram.length, norms.length * norms.length);
      Shapes.require(label, "biases", biases.length, norms.length);
      Shapes.require(label, "superposition", superposition.length, norms.length);
    }
  }

  @Override
  public String html() {
    return MatricesSvg.draw(this).html();
  }

  @Override
  public Optional<String> svg() {
    return Optional.of(MatricesSvg.draw(this).svg());
  }
}
