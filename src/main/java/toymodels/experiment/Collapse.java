package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.analysis.CorrelatedPairs;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.Table;
import toymodels.report.XyChart;
import toymodels.run.Recording;
import toymodels.run.Trained;
import toymodels.train.Study;

/** Three correlated pairs: from superposition to principal components, pair by pair. */
final class Collapse implements Experiment {
  private static final String EXACT = "exact optimum";
  private static final String PAPER =
      "Elhage et al. 2022, Collapse into Principal Components, about";
  private static final double[] DENSITIES = {0.03, 0.12, 0.2, 0.5, 0.8};

  /** Densities from which the paper sees one, two and three pairs collapsed. */
  private static final double[] PAPER_THRESHOLDS = {0.05, 0.15, 0.25};

  /** What the paper's "about" is taken for. */
  private static final double ABOUT = 0.2;

  @Override
  public String name() {
    return "collapse";
  }

  @Override
  public String summary() {
    return "three correlated pairs collapse one by one, until only principal components are left";
  }

  @Override
  public String figure() {
    return "Correlated Features, Collapse into Principal Components";
  }

  @Override
  public List<Study> studies(Scale scale) {
    return List.of(
        new Study(
            CorrelatedPairs.SHAPE,
            Arrays.stream(DENSITIES).mapToObj(CorrelatedPairs::task).toList(),
            scale == Scale.QUICK ? 40 : 100,
            Plans.linear(scale == Scale.QUICK ? 5000 : 10_000, 1024, 5e-3, 0.2)));
  }

  @Override
  public Recording recording(Scale scale) {
    return new Recording(40, 0);
  }

  @Override
  public Report report(List<Trained> trained) {
    List<Pick> best = Pick.bestOfEach(trained.get(0));
    List<Check> checks = new ArrayList<>();
    int[] collapsed = {0, 1, 2, 3};
    for (int k = 0; k < collapsed.length; k++) {
      checks.add(
          Check.near(
              "collapsed pairs at density " + Views.number(DENSITIES[k]),
              EXACT,
              CorrelatedPairs.collapsedPairs(best.get(k).geometry()),
              collapsed[k],
              0));
    }
    double[] thresholds = new double[PAPER_THRESHOLDS.length];
    Arrays.setAll(thresholds, k -> CorrelatedPairs.threshold(k + 1));
    for (int k = 0; k < thresholds.length; k++) {
      checks.add(
          Check.near(
                  "density from which pairs are collapsed, at least " + (k + 1),
                  PAPER,
                  thresholds[k],
                  PAPER_THRESHOLDS[k],
                  ABOUT * PAPER_THRESHOLDS[k])
              .disputed("in the exact optimum from " + Views.number(thresholds[k])));
    }
    return new Report(
        name(),
        "Collapse into principal components",
        """
        Six features come in three pairs, and the two features of a pair are always present \
        together or absent together, with independent values. There are two dimensions. When the \
        pairs are rare the model keeps all six features apart, in superposition: a hexagon. When \
        everything is dense the best it can do is principal component analysis: for each pair \
        keep only the sum.

        Between the two it changes its mind one pair at a time. As density rises first one pair \
        collapses onto a single direction, then two, then all three: superposition and principal \
        components can live side by side in one model.

        The paper gives the densities of these steps as about %s, %s and %s. The exact optimum \
        takes the first two near the same place and the last one later; models found by training \
        lag behind or run ahead, since the neighbouring solutions are local minima."""
            .formatted(
                Views.number(PAPER_THRESHOLDS[0]),
                Views.number(PAPER_THRESHOLDS[1]),
                Views.number(PAPER_THRESHOLDS[2])),
        List.of(
            Views.directions(
                "The best model at each density",
                "Colours are all equal, since the features are equally important; pairs are neighbours. Two points in one place are a collapsed pair.",
                best,
                Views::density),
            Views.polytopes(
                "Training, step by step",
                "The same models over their training.",
                best,
                Views::density),
            loss(best),
            thresholds(thresholds)),
        checks);
  }

  private static XyChart loss(List<Pick> best) {
    double[] densities = Views.logSpaced(0.02, 0.9, 40);
    List<XyChart.Series> series = new ArrayList<>();
    for (int pairs = 0; pairs <= 3; pairs++) {
      int collapsed = pairs;
      series.add(
          Views.series(
              collapsed + " collapsed, exact minimum over p",
              XyChart.Mark.LINE,
              densities,
              p -> {
                var minimum = CorrelatedPairs.collapsed(p, collapsed);
                return CorrelatedPairs.collapsedPairs(minimum.geometry()) == collapsed
                    ? minimum.loss() / p
                    : Double.NaN;
              }));
    }
    series.add(
        new XyChart.Series(
            "trained, best",
            XyChart.Mark.POINTS,
            best.stream().mapToDouble(Pick::density).toArray(),
            best.stream().mapToDouble(p -> p.loss() / p.density()).toArray()));
    return new XyChart(
        "Loss of each number of collapsed pairs",
        "The exact loss over the density p, of the minimum with so many pairs collapsed; a curve ends where that minimum ceases to exist. The lowest curve is the best a model can do.",
        new XyChart.Axis("density", true),
        new XyChart.Axis("loss / p", false),
        series);
  }

  private static Table thresholds(double[] exact) {
    List<List<String>> rows = new ArrayList<>();
    for (int pairs = 1; pairs <= 3; pairs++) {
      rows.add(
          List.of(
              "%d".formatted(pairs),
              Views.number(PAPER_THRESHOLDS[pairs - 1]),
              Views.number(exact[pairs - 1])));
    }
    return new Table(
        "Where pairs collapse",
        "The density from which so many pairs are collapsed in the best solution.",
        List.of("collapsed pairs", "paper (approximate)", "exact optimum"),
        rows);
  }
}
