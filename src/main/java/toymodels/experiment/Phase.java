package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.analysis.PhaseBoundary;
import toymodels.analysis.PhaseTheory;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.PhaseMap;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** The phase diagram: an extra feature is ignored, in superposition, or given a dimension. */
final class Phase implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Superposition as a Phase Change";
  private static final String FIGURE = "exact optimum, and the paper's figure read off";

  private static final int POINTS_OF_CURVES = 15;

  /** The boundary lies between two rows: so many that they are nearer than what is claimed. */
  private static final int ROWS = 80;

  /** r where the fourth phase, of three features, has its borders. */
  private static final double[] THREE = {0.25, 0.4, 2.5, 6.3};

  /** r, the density in the paper's figure below which superposition fills the map. */
  private static final double[][] FIGURE_BOUNDARY = {
    {0.11, 0.189}, {0.25, 0.345}, {0.4, 0.440}, {0.63, 0.548}, {0.79, 0.608}
  };

  /** The boundary agrees with the exact optimum or the figure to this share. */
  private static final double BOUNDARY_SHARE = 0.05;

  @Override
  public String name() {
    return "phase";
  }

  @Override
  public String summary() {
    return "an extra feature is ignored, in superposition or dedicated: three phases and four";
  }

  @Override
  public String figure() {
    return "Superposition as a Phase Change, both diagrams";
  }

  @Override
  public List<Study> studies(Scale scale) {
    return List.of(study(2, scale), study(3, scale));
  }

  /** An odd number of columns, so that one has equal importance, where the tip is. */
  private static Study study(int features, Scale scale) {
    boolean quick = scale == Scale.QUICK;
    return new Study(
        new ModelShape(ModelKind.RELU_OUTPUT, features, features - 1),
        PhaseGrid.tasks(features, quick ? 11 : 41, ROWS),
        PhaseGrid.MODELS * (quick ? 5 : 8),
        Plans.linear(500, 1, 2e-2, 0.5).exactGradient());
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    PhaseGrid two = PhaseGrid.of(trained.get(0));
    PhaseGrid three = PhaseGrid.of(trained.get(1));
    List<Check> checks = new ArrayList<>();
    checkBoundary(two, checks);
    checkColours(two, checks);
    for (double r : THREE) {
      double exact = PhaseBoundary.exact(3, r);
      checks.add(
          Check.near(
              "density below which all three are represented, relative importance "
                  + Figures.number(r),
              "exact optimum",
              three.boundary(r),
              exact,
              BOUNDARY_SHARE * exact));
    }
    checks.add(
        Check.atLeast(
            "share of cells, away from the boundary, whose median model is in the exact phase",
            FIGURE,
            two.agreement(),
            0.97));
    return new Report(
        name(),
        "Superposition as a phase change",
        """
        One hidden dimension, two features. How they share it depends on how much the second one \
        matters, relative to the first, and on how rare both are. There are three answers: the \
        extra feature is ignored, or it is put opposite to the first one in superposition, or it \
        takes the dimension for itself and the first one is ignored. The map shows which answer \
        trained models give, and the change between answers is sudden, like the melting of ice.

        The paper compares its models with a theory of three explicit models, whose borders are \
        drawn dashed. That theory fixes norms to one and biases to zero, and so its border lies \
        lower than that of trained models, in the paper's own figure too. The solid line is the \
        border of the exact optimum, with norms and biases free: the models follow it.

        Each cell is the mean over nine of ten models, the worst dropped, as in the paper; each \
        of the ten is the best of %d starts, because a run that begins with both features on \
        the same side rarely gets to the other. With so few features the expected loss is known \
        in closed form, and training follows its gradient, so that no noise of sampling blurs \
        the border."""
            .formatted(two.starts()),
        List.of(
            map(
                2,
                two,
                "Two features, one dimension",
                "Hue is the superposition of the extra feature, from blue (alone) to red; paleness says that it is not represented."),
            map(
                3,
                three,
                "Three features, two dimensions",
                "The same with one more feature: above a relative importance of one the extra feature keeps a dimension and the other two share, the fourth phase.")),
        checks);
  }

  private static PhaseMap map(int features, PhaseGrid grid, String title, String caption) {
    double[] r = new double[POINTS_OF_CURVES];
    Arrays.setAll(r, k -> StrictMath.pow(10, 2.0 * k / (r.length - 1) - 1));
    double[] exact =
        IntStream.range(0, r.length)
            .parallel()
            .mapToDouble(
                k -> features == 2 ? PhaseGrid.exact(r[k]) : PhaseBoundary.exact(features, r[k]))
            .toArray();
    double[] theory = Arrays.stream(r).map(x -> PhaseTheory.boundary(features, x)).toArray();
    List<XyChart.Series> curves = new ArrayList<>();
    curves.add(new XyChart.Series("exact optimum", XyChart.Mark.LINE, r, exact));
    curves.add(new XyChart.Series("theory of the paper", XyChart.Mark.DASHED, r, theory));
    if (features == 2) {
      double tip = PhaseTheory.boundary(2, 1);
      curves.add(
          new XyChart.Series(
              "theory: which one is ignored",
              XyChart.Mark.DASHED,
              new double[] {1, 1},
              new double[] {tip, 1}));
    }
    return new PhaseMap(
        title,
        caption,
        "relative importance of the extra feature",
        grid.importance(),
        "density",
        grid.density(),
        grid.norms(),
        grid.superposition(),
        curves);
  }

  private static void checkBoundary(PhaseGrid grid, List<Check> checks) {
    for (double[] point : FIGURE_BOUNDARY) {
      double exact = PhaseGrid.exact(point[0]);
      double low = (1 - BOUNDARY_SHARE) * Math.min(exact, point[1]);
      double high = (1 + BOUNDARY_SHARE) * Math.max(exact, point[1]);
      for (double r : new double[] {point[0], 1 / point[0]}) {
        checks.add(
            new Check(
                "density below which both are represented, relative importance "
                    + Figures.number(r),
                FIGURE,
                grid.boundary(r),
                low,
                high));
      }
    }
    checks.add(
        new Check("density at the tip, equal importance", FIGURE, grid.boundary(1), 0.66, 0.76));
  }

  private static void checkColours(PhaseGrid grid, List<Check> checks) {
    checks.add(
        Check.atLeast(
            "least share of a row below density 0.1, between importance 1/5 and 5, in"
                + " superposition",
            PAPER,
            grid.leastSuperposed(0.1, 5),
            1));
    checks.add(
        Check.atMost(
            "cells with a dedicated extra feature of lower importance than the first",
            PAPER,
            grid.dedicatedBelow(1),
            0));
  }
}
