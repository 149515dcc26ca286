package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import toymodels.analysis.ClosedForms;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** Two features in one hidden dimension without biases: the state that confuses them. */
final class Confused implements Experiment {
  private static final String COMMENT = "McGrath, comment on Elhage et al. 2022";
  private static final String EXACT = "exact loss without biases, minimised";
  private static final double[] DENSITIES = {1, 0.6, 0.57, 0.3, 0.1};

  /** Finest step of the search for the best weight. */
  private static final double RESOLUTION = 1e-7;

  /** The two ways in which both features of equal importance can share the dimension. */
  private enum State {
    /** w₁ = w₂: the output cannot tell them apart. */
    CONFUSED(1),
    /** w₁ = −w₂: an antipodal pair. */
    ANTIPODAL(-1);

    private final int sign;

    State(int sign) {
      this.sign = sign;
    }

    double loss(double w, double p) {
      return ClosedForms.twoFeatures(w, sign * w, 1, p);
    }

    double bestWeight(double p) {
      return minimize(w -> loss(w, p));
    }

    double bestLoss(double p) {
      return loss(bestWeight(p), p);
    }
  }

  @Override
  public String name() {
    return "confused";
  }

  @Override
  public String summary() {
    return "without biases, dense features may share a direction and be confused";
  }

  @Override
  public String figure() {
    return "Comment by Tom McGrath, exact loss surface";
  }

  @Override
  public List<Study> studies(Scale scale) {
    return List.of();
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    double crossing = crossing();
    return new Report(
        name(),
        "The confused feature",
        """
        The smallest model of all has two features, one hidden dimension, and no biases: its loss \
        can be written down exactly. Two solutions compete when both features matter equally. In \
        one they point in opposite directions, and the ReLU keeps them apart. In the other both \
        point the same way with weight 1/√2: the model restores their mean and confuses one with \
        the other. The smaller the density, the worse confusion pays.

        A reader of the paper, Tom McGrath, pointed the second solution out. With biases, which \
        the paper's models have, it is the best one at full density only.""",
        List.of(
            new XyChart(
                "Loss along the two solutions",
                "Exact loss when both weights have one size w: with equal signs (confused) and "
                    + "with opposite signs (antipodal), at two densities.",
                new XyChart.Axis("weight w", false),
                new XyChart.Axis("loss", true),
                curves(1, 0.3)),
            new XyChart(
                "Which is better",
                "The least loss of each solution against density; they cross at %s."
                    .formatted(Figures.number(crossing)),
                new XyChart.Axis("density", true),
                new XyChart.Axis("least loss", true),
                branches())),
        checks(crossing));
  }

  private static List<XyChart.Series> curves(double... densities) {
    double[] w = new double[121];
    Arrays.setAll(w, k -> k / 80.0 + 0.005);
    List<XyChart.Series> series = new ArrayList<>();
    for (double p : densities) {
      for (State state : State.values()) {
        series.add(
            new XyChart.Series(
                "%s, density %s".formatted(name(state), Figures.number(p)),
                state == State.CONFUSED ? XyChart.Mark.LINE : XyChart.Mark.DASHED,
                w,
                Arrays.stream(w).map(v -> state.loss(v, p)).toArray()));
      }
    }
    return series;
  }

  private static List<XyChart.Series> branches() {
    double[] p = new double[41];
    Arrays.setAll(p, k -> StrictMath.pow(10, -k / 40.0));
    return Arrays.stream(State.values())
        .map(
            state ->
                new XyChart.Series(
                    name(state),
                    state == State.CONFUSED ? XyChart.Mark.LINE : XyChart.Mark.DASHED,
                    p,
                    Arrays.stream(p).map(state::bestLoss).toArray()))
        .toList();
  }

  private static String name(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static List<Check> checks(double crossing) {
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.near(
            "weight of the confused solution at density 1: 1/√2",
            COMMENT,
            State.CONFUSED.bestWeight(1),
            Math.sqrt(0.5),
            0.01));
    checks.add(
        Check.near("its loss at density 1", EXACT, State.CONFUSED.bestLoss(1), 0.08337, 1e-4));
    checks.add(
        Check.near(
            "weight of the antipodal solution at density 0.57",
            EXACT,
            State.ANTIPODAL.bestWeight(0.57),
            1.06,
            0.01));
    for (double p : DENSITIES) {
      double advantage = State.CONFUSED.bestLoss(p) - State.ANTIPODAL.bestLoss(p);
      String claim =
          "%s is better at density %s: confused minus antipodal loss"
              .formatted(p >= 0.6 ? "confused" : "antipodal", Figures.number(p));
      checks.add(
          p >= 0.6
              ? Check.atMost(claim, EXACT, advantage, 0)
              : Check.atLeast(claim, EXACT, advantage, 0));
    }
    checks.add(new Check("density at which the two cross", EXACT, crossing, 0.57, 0.6));
    return checks;
  }

  /** The density at which both solutions cost the same, by bisection. */
  private static double crossing() {
    double low = 0.3;
    double high = 0.9;
    while (high - low > RESOLUTION) {
      double middle = (low + high) / 2;
      if (State.CONFUSED.bestLoss(middle) > State.ANTIPODAL.bestLoss(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The minimum over (0, 1.6] of a smooth function: the best of a grid, then ternary search. */
  private static double minimize(DoubleUnaryOperator f) {
    double best = 0.02;
    for (double w = 0.02; w <= 1.6; w += 0.02) {
      best = f.applyAsDouble(w) < f.applyAsDouble(best) ? w : best;
    }
    double low = best - 0.015;
    double high = best + 0.02;
    while (high - low > RESOLUTION) {
      double third = (high - low) / 3;
      if (f.applyAsDouble(low + third) < f.applyAsDouble(high - third)) {
        high -= third;
      } else {
        low += third;
      }
    }
    return (low + high) / 2;
  }
}
