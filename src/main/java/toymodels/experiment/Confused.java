package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.analysis.ClosedForms;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.run.Trained;
import toymodels.train.Study;

/** The confused feature: two features stored as one, a minimum that the theory left out. */
final class Confused implements Experiment {
  private static final String COMMENT = "McGrath's comment on Elhage et al. 2022, exact loss";
  private static final double HALF = Math.sqrt(0.5);
  private static final int GRID = 400;
  private static final double REACH = 1.4;

  @Override
  public String name() {
    return "confused";
  }

  @Override
  public String summary() {
    return "two dense features stored as one: the solution that the phase theory left out";
  }

  @Override
  public String figure() {
    return "Comment on the phase diagram, exact loss surface";
  }

  @Override
  public List<Study> studies(Scale scale) {
    return List.of();
  }

  /** The lowest point of the surface on one side: same sign of both weights, or opposite. */
  private record Low(double w1, double w2, double loss) {
    static Low search(double r, double p, int sign) {
      Low best = new Low(0, 0, Double.POSITIVE_INFINITY);
      for (int i = 0; i <= GRID; i++) {
        for (int j = 0; j <= GRID; j++) {
          double w1 = REACH * i / GRID;
          double w2 = sign * REACH * j / GRID;
          double loss = ClosedForms.twoFeatures(w1, w2, r, p);
          best = loss < best.loss ? new Low(w1, w2, loss) : best;
        }
      }
      return best;
    }
  }

  @Override
  public Report report(List<Trained> trained) {
    double crossing = crossing();
    return new Report(
        name(),
        "The confused feature",
        """
        The theory of the phase diagram compares three ways to store two features in one \
        dimension: keep the first, keep the second, or keep both as opposites. The exact loss, \
        with biases of zero, has a fourth valley, pointed out in a comment on the paper: both \
        features get the same direction, each with a weight of 1/√2, and the model returns their \
        mean for both. It cannot tell them apart, which costs little while both are usually \
        present.

        For dense, equally important features this is the best that a model without biases can \
        do. Opposites win when features are present less than about %s of the time. With free \
        biases the valley is still there and catches models in training, but it is the lowest \
        only at density 1: that is the blurred zone above the tip of the phase diagram."""
            .formatted(Views.number(crossing)),
        List.of(slice(1), slice(0.3), valleys(crossing)),
        List.of(
            Check.near(
                "first weight of the minimum at density 1",
                COMMENT,
                Low.search(1, 1, 1).w1,
                HALF,
                CELL),
            Check.near(
                "second weight of the minimum at density 1",
                COMMENT,
                Low.search(1, 1, 1).w2,
                HALF,
                CELL),
            Check.near(
                "loss of the confused state at density 1, over 1/12",
                COMMENT,
                12 * ClosedForms.twoFeatures(HALF, HALF, 1, 1),
                1,
                0.001),
            new Check(
                "density below which opposites win, without biases",
                COMMENT,
                crossing,
                0.57,
                0.6)));
  }

  /** One cell of the grid that is searched. */
  private static final double CELL = 1.5 * REACH / GRID;

  private static double crossing() {
    double low = 0.4;
    double high = 0.8;
    for (int k = 0; k < 12; k++) {
      double p = (low + high) / 2;
      if (Low.search(1, p, 1).loss < Low.search(1, p, -1).loss) {
        high = p;
      } else {
        low = p;
      }
    }
    return (low + high) / 2;
  }

  /** The loss along the circle w₁² + w₂² = const through both valleys. */
  private static XyChart slice(double p) {
    double[] angles = new double[181];
    Arrays.setAll(angles, k -> k - 90);
    double radius = Math.hypot(Low.search(1, p, 1).w1, Low.search(1, p, 1).w2);
    double other = Math.hypot(Low.search(1, p, -1).w1, Low.search(1, p, -1).w2);
    return new XyChart(
        "The loss around the origin, density " + Views.number(p),
        "The angle is the direction of (w₁, w₂): 45° is the confused state, −45° are opposites, 0° "
            + "keeps one feature. One curve runs at the distance of the confused minimum, one at "
            + "that of the opposites.",
        new XyChart.Axis("angle of the two weights, degrees", false),
        new XyChart.Axis("exact loss", false),
        List.of(
            around("through the confused state", angles, radius, p),
            around("through the opposites", angles, other, p)));
  }

  private static XyChart.Series around(String name, double[] angles, double radius, double p) {
    return Views.series(
        name,
        XyChart.Mark.LINE,
        angles,
        a ->
            ClosedForms.twoFeatures(
                radius * Math.cos(Math.toRadians(a)), radius * Math.sin(Math.toRadians(a)), 1, p));
  }

  private static XyChart valleys(double crossing) {
    double[] densities = Views.logSpaced(0.1, 1, 40);
    List<XyChart.Series> series = new ArrayList<>();
    series.add(
        Views.series("confused", XyChart.Mark.LINE, densities, p -> Low.search(1, p, 1).loss / p));
    series.add(
        Views.series(
            "opposites", XyChart.Mark.LINE, densities, p -> Low.search(1, p, -1).loss / p));
    series.add(
        new XyChart.Series(
            "crossing",
            XyChart.Mark.DASHED,
            new double[] {crossing, crossing},
            new double[] {0, 0.2}));
    return new XyChart(
        "Which valley is lower",
        "The lowest exact loss over the density, for weights of equal sign and of opposite sign, "
            + "equal importance and biases of zero.",
        new XyChart.Axis("density", true),
        new XyChart.Axis("loss / density", false),
        series);
  }
}
