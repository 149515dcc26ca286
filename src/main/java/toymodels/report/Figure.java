package toymodels.report;

import java.util.Optional;

/** A picture of a result: data and labels, and how they are drawn. */
public sealed interface Figure
    permits Circuits,
        Directions,
        FeatureGraphs,
        Matrices,
        NeuronStacks,
        PhaseMap,
        Polytopes,
        Table,
        WeightMatrices,
        XyChart {
  String title();

  /** What to see in it, and how to read its axes and colours; plain text. */
  String caption();

  /**
   * The picture inside a page: a drawing, a table, or an element that a script of the page fills.
   */
  String html();

  /** The picture as an SVG file of its own, in the colours of the light theme, if it is one. */
  Optional<String> svg();
}
