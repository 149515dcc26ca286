package toymodels.experiment;

import java.util.ArrayList;
import java.util.List;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.run.Trained;
import toymodels.train.Study;

/** Nonlinear compression: two numbers in one, better than any linear code. */
final class Compression implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, appendix on nonlinear compression";

  /** Mean squared error per dimension of the best linear code: one of two numbers is lost. */
  private static final double LINEAR = 1.0 / 24;

  private static final int GRID = 1200;

  @Override
  public String name() {
    return "compression";
  }

  @Override
  public String summary() {
    return "a nonlinear code stores two numbers in one with less error than any linear code";
  }

  @Override
  public String figure() {
    return "Appendix, nonlinear compression";
  }

  @Override
  public List<Study> studies(Scale scale) {
    return List.of();
  }

  /** ⌊v⌋ for v in [0, z], with each jump replaced by a rise of width eps before it. */
  private static double softFloor(double v, int z, double eps) {
    double base = Math.min(Math.floor(v), z - 1);
    double into = v - base;
    return base < z - 1 && eps > 0 && into > 1 - eps ? base + (into - (1 - eps)) / eps : base;
  }

  /**
   * The mean squared error per dimension of t = (⌊Z x⌋ + y) / Z over the unit square, decoded by x'
   * = (⌊Z t⌋ + ½) / Z and y' = Z t − ⌊Z t⌋.
   *
   * @param in width of a step of the encoder's floor, in units of a step
   * @param out width of a step of the decoder's
   */
  private static double error(int z, double in, double out) {
    double sum = 0;
    for (int i = 0; i < GRID; i++) {
      double x = (i + 0.5) / GRID;
      double coarse = softFloor(z * x, z, in);
      for (int j = 0; j < GRID; j++) {
        double y = (j + 0.5) / GRID;
        double t = coarse + y;
        double floor = softFloor(t, z, out);
        double dx = x - (floor + 0.5) / z;
        double dy = y - (t - floor);
        sum += dx * dx + dy * dy;
      }
    }
    return sum / (2.0 * GRID * GRID);
  }

  @Override
  public Report report(List<Trained> trained) {
    double[] widths = {0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3};
    List<XyChart.Series> series = new ArrayList<>();
    for (int z : new int[] {2, 3, 10}) {
      series.add(
          Views.series(
              "%d steps, sharp decoder".formatted(z),
              XyChart.Mark.LINE_AND_POINTS,
              widths,
              eps -> error(z, eps, 0)));
      series.add(
          Views.series(
              "%d steps, decoder as wide".formatted(z),
              XyChart.Mark.DASHED,
              widths,
              eps -> error(z, eps, eps)));
    }
    series.add(
        new XyChart.Series(
            "best linear code",
            XyChart.Mark.LINE,
            new double[] {widths[0], widths[widths.length - 1]},
            new double[] {LINEAR, LINEAR}));
    double sharp = 1.0 / (24 * 3 * 3);
    return new Report(
        name(),
        "Nonlinear compression",
        """
        Superposition stores features along directions, a linear code. Could a network do better \
        with a nonlinear one? Two numbers between 0 and 1 can be packed into one: cut the first \
        into Z steps, and write the second into the room between steps, t = (⌊Zx⌋ + y)/Z. The \
        second comes back exactly and the first to a step. A linear code into one number can keep \
        only one of the two, or their mean, and loses 1/24 a dimension.

        A network cannot compute the sharp steps of ⌊Zx⌋: its steps rise over a width eps, and \
        inputs that fall there come back wrong; and the decoder has the same trouble. The figure shows how steep is steep enough. Such \
        codes cost many neurons for every step, and that may be why the models in this paper use \
        directions.""",
        List.of(
            new XyChart(
                "Error of the code",
                "Mean squared error per dimension against the width of a step, by numerical "
                    + "integration. Below the level line the code beats every linear one.",
                new XyChart.Axis("width of a step, eps", false),
                new XyChart.Axis("mean squared error per dimension", true),
                series)),
        List.of(
            Check.atMost("error with 3 steps of width 0.1", PAPER, error(3, 0.1, 0), LINEAR),
            Check.atMost(
                "error with 3 steps of width 0.1 in the decoder too",
                PAPER,
                error(3, 0.1, 0.1),
                LINEAR),
            Check.near(
                "error with 3 sharp steps over 1/(24 Z²)",
                "closed form",
                error(3, 0, 0) / sharp,
                1,
                0.01)));
  }
}
