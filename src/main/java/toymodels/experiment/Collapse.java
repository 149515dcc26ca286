package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.analysis.CorrelatedPairs;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.Table;
import toymodels.report.XyChart;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** Three correlated pairs: from superposition to principal components, pair by pair. */
final class Collapse implements Experiment {
  private static final String EXACT = "exact optimum";
  private static final String PAPER =
      "Elhage et al. 2022, Collapse into Principal Components, about";
  private static final double[] DENSITIES = {0.03, 0.12, 0.2, 0.5, 0.8};

  /** Densities from which the paper sees one, two and three pairs collapsed. */
  private static final double[] PAPER_THRESHOLDS = {0.05, 0.15, 0.25};

  /** The density from which the paper sees principal components alone. */
  private static final double PAPER_PRINCIPAL = 0.5;

  /** How 0 to 3 pairs lie, three of them in two ways: the curves of the third figure. */
  private static final List<String> SOLUTIONS =
      List.of(
          "no pair collapsed",
          "one pair",
          "two pairs",
          "three pairs, a triangle",
          "three pairs within half a turn");

  /** A solution that loses more than this times the least is of no interest. */
  private static final double MOST_SHOWN = 1.1;

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
  public RecordingSchedule recording(Scale scale) {
    return new RecordingSchedule(40, 0);
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> best = SelectedModel.bestOfEach(trained.get(0));
    List<Check> checks = new ArrayList<>();
    int[] collapsed = {0, 1, 2, 3};
    for (int k = 0; k < collapsed.length; k++) {
      checks.add(
          Check.near(
              "collapsed pairs at density " + Figures.number(DENSITIES[k]),
              EXACT,
              CorrelatedPairs.collapsedPairs(best.get(k).geometry()),
              collapsed[k],
              0));
    }
    double principal = CorrelatedPairs.principalThreshold();
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
              .disputed("in the exact optimum from " + Figures.number(thresholds[k])));
    }
    return new Report(
        name(),
        "Collapse into principal components",
        """
        Six features come in three pairs, and the two features of a pair are always present \
        together or absent together, with independent values. There are two dimensions. When the \
        pairs are rare the model keeps all six features apart, in superposition: a hexagon. When \
        everything is dense the best it can do is principal component analysis, which keeps the \
        directions along which inputs vary most: of a pair only the sum of its two features.

        Between the two it changes its mind one pair at a time. As density rises, first one pair \
        collapses onto a single direction, then two, then all three: superposition and principal \
        components can live side by side in one model.

        The paper gives the densities of these steps as about %s, %s and %s, and about %s for \
        principal components alone. The model of least exact loss takes them at %s, %s, %s and \
        %s: here the paper and the exact loss differ, most of all on the last two. A trained model \
        may lag behind or run ahead, since each solution stays a local minimum over a range of \
        densities, wherever its curve in the third figure runs."""
            .formatted(
                Figures.number(PAPER_THRESHOLDS[0]),
                Figures.number(PAPER_THRESHOLDS[1]),
                Figures.number(PAPER_THRESHOLDS[2]),
                Figures.number(PAPER_PRINCIPAL),
                Figures.number(thresholds[0]),
                Figures.number(thresholds[1]),
                Figures.number(thresholds[2]),
                Figures.number(principal)),
        List.of(
            Figures.directions(
                "The best model at each density",
                "A pair has one colour. Two points in one place, with both numbers beside them, are a collapsed pair; the dotted circle has radius 1.",
                best,
                Figures::density),
            Figures.polytopes(
                "Training, step by step",
                "The same models over their training.",
                best,
                Figures::density),
            loss(best),
            thresholds(thresholds, principal)),
        checks);
  }

  private static XyChart loss(List<SelectedModel> best) {
    double[] densities = Figures.logSpaced(0.02, 0.9, 40);
    double[][] losses =
        Arrays.stream(densities).parallel().mapToObj(Collapse::losses).toArray(double[][]::new);
    List<XyChart.Series> series = new ArrayList<>();
    for (int solution = 0; solution < SOLUTIONS.size(); solution++) {
      double[] y = new double[densities.length];
      for (int k = 0; k < y.length; k++) {
        double over = losses[k][solution] / least(losses[k]);
        y[k] = over <= MOST_SHOWN ? over : Double.NaN;
      }
      series.add(new XyChart.Series(SOLUTIONS.get(solution), XyChart.Mark.LINE, densities, y));
    }
    series.add(
        new XyChart.Series(
            "best trained model",
            XyChart.Mark.POINTS,
            best.stream().mapToDouble(SelectedModel::density).toArray(),
            best.stream()
                .mapToDouble(pick -> pick.loss() / least(losses(pick.density())))
                .toArray()));
    return new XyChart(
        "Loss of each number of collapsed pairs",
        "The exact loss of each solution over that of the best one at the same density: the best "
            + "one changes where two curves meet at 1. A curve ends where its solution ceases to "
            + "exist, or loses more than a tenth too much. Points are the models of the first "
            + "figure. Three collapsed pairs lie on a triangle or, as principal components, "
            + "within half a turn.",
        new XyChart.Axis("density", true),
        new XyChart.Axis("loss over the least", false),
        series);
  }

  /** The exact loss of each of {@link #SOLUTIONS}; not a number where there is none. */
  private static double[] losses(double p) {
    double[] losses = new double[SOLUTIONS.size()];
    for (int k = 0; k < losses.length; k++) {
      int pairs = Math.min(k, 3);
      var minimum = k <= 3 ? CorrelatedPairs.collapsed(p, pairs) : CorrelatedPairs.principal(p);
      boolean exists = CorrelatedPairs.collapsedPairs(minimum.geometry()) == pairs;
      losses[k] = exists ? minimum.loss() : Double.NaN;
    }
    return losses;
  }

  private static double least(double[] losses) {
    return Arrays.stream(losses).filter(loss -> !Double.isNaN(loss)).min().orElse(Double.NaN);
  }

  private static Table thresholds(double[] exact, double principal) {
    List<List<String>> rows = new ArrayList<>();
    for (int pairs = 1; pairs <= 3; pairs++) {
      rows.add(
          List.of(
              "%d".formatted(pairs),
              Figures.number(PAPER_THRESHOLDS[pairs - 1]),
              Figures.number(exact[pairs - 1])));
    }
    rows.add(
        List.of(
            "3, within half a turn: principal components",
            Figures.number(PAPER_PRINCIPAL),
            Figures.number(principal)));
    return new Table(
        "Where pairs collapse",
        "The density from which so many pairs are collapsed in the best solution.",
        List.of("collapsed pairs", "paper (approximate)", "exact optimum"),
        rows);
  }
}
