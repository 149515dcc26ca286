package toymodels.report;

/** A picture of a result: data and labels only; the report page draws it. */
public sealed interface Figure
    permits Directions, Matrices, NeuronStacks, PhaseMap, Polytopes, Table, XyChart {
  String title();

  /** What to see in it, and how to read its axes and colours; plain text. */
  String caption();
}
