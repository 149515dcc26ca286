package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.analysis.NonlinearCompression;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** Two dense numbers in one by a nonlinear code, against the best linear code. */
final class Compression implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, appendix Nonlinear Compression";
  private static final int[] CELLS = {2, 3, 5, 10};
  private static final double[] RAMPS = {
    0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5
  };

  /** Points of the unit interval in each direction at which a code is tried. */
  private static final int GRID = 3000;

  @Override
  public String name() {
    return "compression";
  }

  @Override
  public String summary() {
    return "a nonlinear code packs two dense numbers into one better than any linear code";
  }

  @Override
  public String figure() {
    return "Appendix, Nonlinear Compression";
  }

  @Override
  public List<Study> studies(Scale scale) {
    return List.of();
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    return new Report(
        name(),
        "Why not compress without sparsity?",
        """
        Superposition needs sparse features. Could a network also put two dense numbers x and y \
        into one? Yes, by a code that jumps: cut x into Z cells, say which cell, and let y be the \
        place within it, t = (floor(Z x) + y) / Z. Networks cannot jump, so the floor becomes a \
        staircase whose steps rise over a width of epsilon.

        The figure shows the mean squared error of each number after coding and decoding, here \
        tried on a grid of inputs, against the best linear code, which keeps one number and \
        guesses the other. Even coarse stairs win. The paper's point is that real networks hardly \
        do this: it needs many neurons for sharp steps, and the next layer must decode.""",
        List.of(
            new XyChart(
                "Error of the nonlinear code",
                "Mean squared error of one of the two numbers, against the width of the steps; "
                    + "the dashed line is the linear code.",
                new XyChart.Axis("step width epsilon", true),
                new XyChart.Axis("mean squared error a number", true),
                series())),
        checks());
  }

  private static List<XyChart.Series> series() {
    List<XyChart.Series> series = new ArrayList<>();
    for (int cells : CELLS) {
      series.add(
          new XyChart.Series(
              "Z = " + cells,
              XyChart.Mark.LINE_AND_POINTS,
              RAMPS,
              Arrays.stream(RAMPS)
                  .map(ramp -> NonlinearCompression.meanSquaredError(cells, ramp))
                  .toArray()));
    }
    double[] linear = new double[RAMPS.length];
    Arrays.fill(linear, NonlinearCompression.LINEAR);
    series.add(new XyChart.Series("best linear code", XyChart.Mark.DASHED, RAMPS, linear));
    return series;
  }

  private static List<Check> checks() {
    double sharp = 1.0 / (24 * 9);
    double tried = roundTrip(3, 0.1);
    double formula = NonlinearCompression.meanSquaredError(3, 0.1);
    return List.of(
        Check.atMost(
            "error of Z = 3, epsilon = 0.1, against the linear code's 1/24",
            PAPER,
            tried,
            NonlinearCompression.LINEAR),
        Check.near(
            "error of Z = 3 as epsilon goes to 0: 1/(24 Z²)",
            "derived",
            roundTrip(3, 1e-4),
            sharp,
            0.01 * sharp),
        Check.near(
            "closed form of the error against codes tried, Z = 3, epsilon = 0.1",
            "derived",
            formula / tried,
            1,
            0.01));
  }

  /** The error of coding and decoding, averaged over a grid of midpoints. */
  private static double roundTrip(int cells, double ramp) {
    return IntStream.range(0, GRID)
            .parallel()
            .mapToDouble(
                k -> {
                  double x = (k + 0.5) / GRID;
                  double stair = NonlinearCompression.staircase(cells * x, cells, ramp);
                  double sum = 0;
                  for (int l = 0; l < GRID; l++) {
                    double y = (l + 0.5) / GRID;
                    double t = stair + y;
                    double cell = Math.min(Math.floor(t), cells - 1);
                    double decodedX = (cell + 0.5) / cells;
                    double decodedY = t - cell;
                    sum += (x - decodedX) * (x - decodedX) + (y - decodedY) * (y - decodedY);
                  }
                  return sum / 2;
                })
            .sum()
        / ((double) GRID * GRID);
  }
}
