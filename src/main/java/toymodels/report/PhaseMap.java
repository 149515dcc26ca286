package toymodels.report;

import java.util.List;

/**
 * A phase diagram over relative importance and density: superposition is hue, norm is saturation,
 * as in the paper, with boundaries drawn over it.
 *
 * @param xLabel such as "relative importance of the extra feature"
 * @param x column positions, ascending, (columns); drawn on a log axis
 * @param yLabel such as "density"
 * @param y row positions, descending, (rows); drawn on a log axis
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
    implements Figure {}
