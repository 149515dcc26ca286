package toymodels.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import toymodels.analysis.Geometry;

/** A report in which every text is a name that tries to be code. */
final class HostileReport {
  private HostileReport() {}

  static final List<String> NAMES =
      List.of(
          "<script>window.broken=1</script>",
          "</script><script>window.broken=1</script>",
          "</svg><img src=x onerror=window.broken=1>",
          "\"><b class=evil onmouseover=window.broken=1>",
          "' onload='window.broken=1",
          "\"}]}</script><iframe src=https://example.org>",
          "<!--<script>",
          "]]>\u2028\u2029\\u003c/script>\\",
          "{b}{a|x}%s%n\u0000\ud800",
          "</title></style></textarea><b class=evil>");

  /** The name as it may show: what HTML cannot hold is replaced. */
  static String visible(String name) {
    return name.replace('\u0000', '\uFFFD').replace('\ud800', '\uFFFD');
  }

  static RunFacts facts(String name) {
    return new RunFacts(name, name, name, 1, name, Map.of(name, name), Instant.EPOCH);
  }

  static Report of(String name) {
    double[] two = {1, 2};
    float[] vectors = {1, 0, 0, 1};
    return new Report(
        name,
        name,
        name,
        List.of(
            new Directions(name, name, List.of(new Directions.Panel(name, vectors, two)), name),
            new Matrices(
                name,
                name,
                List.of(new Matrices.Panel(name, new double[] {1, 0, 0, 1}, two, two, two))),
            new FeatureGraphs(
                name,
                name,
                List.of(new FeatureGraphs.Panel(name, Geometry.of(new double[] {1, 0, 0, 1}, 2)))),
            new NeuronStacks(name, name, List.of(new NeuronWeights(name, vectors, 2))),
            new WeightMatrices(name, name, List.of(new NeuronWeights(name, vectors, 2))),
            new Circuits(
                name,
                name,
                List.of(new Circuits.Panel(name, new int[] {0}, new int[] {0, 1}, two, two))),
            new PhaseMap(
                name,
                name,
                name,
                two,
                name,
                new double[] {2, 1},
                new double[4],
                new double[4],
                List.of(new XyChart.Series(name, XyChart.Mark.LINE, two, two))),
            new XyChart(
                name,
                name,
                new XyChart.Axis(name, false),
                new XyChart.Axis(name, true),
                List.of(
                    new XyChart.Series(name, XyChart.Mark.LINE_AND_POINTS, two, two),
                    new XyChart.Series(name + " ", XyChart.Mark.DASHED, two, two))),
            new Polytopes(
                name,
                name,
                2,
                List.of(new Polytopes.Model(name, two, new int[] {0}, List.of(vectors)))),
            new Table(name, name, List.of(name), List.of(List.of(name)))),
        List.of(Check.near(name, name, 1, 1, 0)));
  }
}
