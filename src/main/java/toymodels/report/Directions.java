package toymodels.report;

import java.util.List;
import java.util.Optional;

/**
 * Feature vectors Wᵢ as points in the plane with a line from the origin, one panel a model (Elhage
 * et al. 2022, Introduction).
 *
 * @param colouredBy what {@link Panel#importance} holds, such as "importance" or "set"
 */
public record Directions(String title, String caption, List<Panel> panels, String colouredBy)
    implements Figure {
  /** Vectors coloured by importance, as in the paper. */
  public Directions(String title, String caption, List<Panel> panels) {
    this(title, caption, panels, "importance");
  }

  public Directions {
    panels = List.copyOf(panels);
  }

  /**
   * One model with two hidden dimensions.
   *
   * @param label such as "density 0.1 (sparsity 90 %)"
   * @param vectors Wᵢ, (features, 2)
   * @param importance Iᵢ, (features), which colours the points
   */
  public record Panel(String label, float[] vectors, double[] importance) {
    public Panel {
      Shapes.require(label, "vectors", vectors.length, 2 * importance.length);
    }
  }

  @Override
  public String html() {
    return DirectionsSvg.draw(this).html();
  }

  @Override
  public Optional<String> svg() {
    return Optional.of(DirectionsSvg.draw(this).svg());
  }
}
