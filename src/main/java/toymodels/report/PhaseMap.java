package toymodels.report;

import java.util.List;
import java.util.Optional;

/**
 * A phase diagram over relative importance and density: superposition is hue, norm is saturation,
 * as in the paper, with boundaries drawn over it.
 *
 * @param xLabel such as "relative importance of the extra feature"
 * @param x column positions, ascending, evenly spaced in the logarithm, (columns)
 * @param yLabel such as "density"
 * @param y row positions, descending, evenly spaced in the logarithm, (rows)
 * @param norms mean ‖Wᵢ‖ of the extra feature, (rows, columns)
 * @param superposition its superposition, (rows, columns)
 * @param boundaries curves to draw over the map
 */
public record PhaseMap(
    String title,
    String caption,
    String xLabel,
    double[] x,
    String yLabel,
    double[] y,
    double[] norms,
    double[] superposition,
    List<XyChart.Series> boundaries)
    implements Figure {
  public PhaseMap {
    Shapes.require(title, "norms", norms.length, x.length * y.length);
    Shapes.require(title, "superposition", superposition.length, x.length * y.length);
    boundaries = List.copyOf(boundaries);
  }

  @Override
  public String html() {
    return PhaseMapSvg.draw(this).html();
  }

  @Override
  public Optional<String> svg() {
    return Optional.of(PhaseMapSvg.draw(this).svg());
  }
}
