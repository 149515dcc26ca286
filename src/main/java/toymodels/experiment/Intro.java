package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.analysis.Geometry;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;
import toymodels.train.TrainingPlan;

/** Five features in two dimensions: orthogonal, then antipodal, then a pentagon. */
final class Intro implements Experiment {
  private static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_OUTPUT, 5, 2);
  private static final String PAPER = "Elhage et al. 2022, Introduction";
  private static final String EXACT = "exact expected loss, minimised";
  private static final double PENTAGON_DENSITY = 0.05;
  private static final double PENTAGON_LOSS = 0.008904;

  /**
   * Runs of equal features: a share of single runs is claimed, which few would not show. Of the
   * notebook's own runs at a constant rate about one in seven stays away from the pentagon, so that
   * many are needed; a falling rate brings nearly all there.
   */
  private static final int EQUAL_QUICK = 60;

  private static final int EQUAL_FULL = 200;

  @Override
  public String name() {
    return "intro";
  }

  @Override
  public String summary() {
    return "five features in two dimensions fold into a pentagon as they become sparse";
  }

  @Override
  public String figure() {
    return "Introduction, first figure";
  }

  @Override
  public List<Study> studies(Scale scale) {
    List<Task> tasks = new ArrayList<>();
    for (double density : new double[] {1, 0.2, 0.1}) {
      tasks.add(
          new Task(FeatureDistribution.independent(5, density), Importance.geometric(5, 0.9)));
    }
    Task equal = Task.equallyImportant(FeatureDistribution.independent(5, PENTAGON_DENSITY));
    int replicas = scale == Scale.QUICK ? 20 : 100;
    TrainingPlan fast = Plans.linear(6000, 1024, 5e-3, 0.26);
    return List.of(
        new Study(SHAPE, tasks, replicas, fast),
        scale == Scale.QUICK
            ? new Study(SHAPE, List.of(equal), EQUAL_QUICK, fast)
            : new Study(SHAPE, List.of(equal), EQUAL_FULL, TrainingPlan.notebook()));
  }

  @Override
  public RecordingSchedule recording(Scale scale) {
    return new RecordingSchedule(60, 200);
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> picks = SelectedModel.bestOfEach(trained.get(0));
    List<SelectedModel> equal = SelectedModel.ranked(trained.get(1), 0);
    List<Check> checks = new ArrayList<>();
    checkDense(picks.get(0), checks);
    checkAntipodal(picks.get(1), checks);
    checkPentagon(picks.get(2), checks);
    checkEqualFeatures(trained.get(1), equal.get(0), checks);
    List<SelectedModel> all = new ArrayList<>(picks);
    all.add(equal.get(0));
    int replicas = trained.get(0).study().replicas();
    return new Report(
        name(),
        "Five features in two dimensions",
        """
        A model with two hidden dimensions is asked to pass five numbers through them and to \
        restore all five: x' = ReLU(WᵀWx + b). Two numbers fit through two dimensions; five do \
        not, unless the model cheats. Each number, a feature, is given a direction Wᵢ in the \
        plane, and the figure shows these directions.

        Some features matter more than others: their errors weigh 1, 0.9, 0.81 and so on. When \
        every feature is present all the time (sparsity 0 %) the model keeps the two that matter \
        most, at right angles, and ignores the rest. When features are mostly absent, two of them \
        seldom meet, and the model lets them share a dimension at the price of a little \
        interference: first four features as two opposite pairs, then all five as a pentagon. \
        Representing more features than there are dimensions is superposition.

        Most runs stop in a local minimum, in two dimensions more than in any other, so every \
        panel shows the best of many models.""",
        List.of(
            Figures.directions(
                "Features in the plane",
                "Each point is the direction Wᵢ of one feature, coloured by its importance; the "
                    + "best of %d models at each density. Left to right, features get rarer."
                        .formatted(replicas),
                picks,
                Figures::density),
            Figures.polytopes(
                "Training, step by step",
                "The same models over their training, and the equal features of the last claims: "
                    + "move the slider to see the directions fold.",
                all,
                pick ->
                    pick.task().importance().of(4) == 1
                        ? "equal importance, " + Figures.density(pick)
                        : Figures.density(pick)),
            Figures.losses(
                "Loss over training",
                "The loss of the batch of the best models. Losses at different densities are not "
                    + "comparable: sparse inputs have less to lose.",
                picks,
                Figures::density)),
        checks);
  }

  private static void checkDense(SelectedModel pick, List<Check> checks) {
    Geometry geometry = pick.geometry();
    checks.add(Check.near("features represented at density 1", PAPER, pick.live(), 2, 0));
    int[] live = geometry.liveFeatures(SelectedModel.LIVE);
    double angle = live.length == 2 ? geometry.angle(live[0], live[1]) : Double.NaN;
    checks.add(Check.near("angle between the two, in degrees", PAPER, angle, 90, 2));
    checks.add(lossCheck(pick, 0.182925, 0.005));
  }

  private static void checkAntipodal(SelectedModel pick, List<Check> checks) {
    Geometry geometry = pick.geometry();
    checks.add(Check.near("features represented at density 0.2", PAPER, pick.live(), 4, 0));
    checks.add(
        Check.atMost("largest deviation of a gap from 90 degrees", PAPER, deviation(pick, 90), 3));
    checks.add(
        Check.atMost(
            "norm of the fifth feature",
            PAPER,
            Arrays.stream(geometry.norms()).min().orElseThrow(),
            0.05));
    checks.add(lossCheck(pick, 0.059832, 0.01));
  }

  private static void checkPentagon(SelectedModel pick, List<Check> checks) {
    double[] norms = pick.geometry().norms();
    checks.add(Check.near("features represented at density 0.1", PAPER, pick.live(), 5, 0));
    checks.add(
        Check.atMost("largest deviation of a gap from 72 degrees", PAPER, deviation(pick, 72), 5));
    checks.add(
        new Check(
            "shortest direction", EXACT, Arrays.stream(norms).min().orElseThrow(), 1.05, 1.13));
    checks.add(
        new Check(
            "longest direction", EXACT, Arrays.stream(norms).max().orElseThrow(), 1.05, 1.13));
    checks.add(lossCheck(pick, 0.021426, 0.01));
  }

  /** The pentagon of five equal features: at the full scale with the notebook's own settings. */
  private static void checkEqualFeatures(
      TrainedStudy trained, SelectedModel pick, List<Check> checks) {
    String at = ", five equal features at density " + Figures.number(PENTAGON_DENSITY);
    double[] norms = pick.geometry().norms();
    double[] biases = pick.biases();
    checks.add(Check.near("loss" + at, EXACT, pick.loss(), PENTAGON_LOSS, 0.001 * PENTAGON_LOSS));
    checks.add(
        Check.atMost(
            "largest deviation of a norm from 1.135", EXACT, farthest(norms, 1.135), 0.01));
    checks.add(
        Check.atMost(
            "largest deviation of a gap from 72 degrees" + at, PAPER, deviation(pick, 72), 1));
    checks.add(
        Check.atMost(
            "largest deviation of a bias from -0.246" + at,
            EXACT,
            farthest(biases, -0.246),
            0.005));
    long good =
        SelectedModel.ranked(trained, 0).stream()
            .filter(k -> k.loss() <= 1.02 * PENTAGON_LOSS)
            .count();
    checks.add(
        Check.atLeast(
            "share of single runs within 2 % of the best possible loss" + at,
            EXACT,
            (double) good / trained.study().models(),
            0.8));
  }

  private static double farthest(double[] values, double from) {
    return Arrays.stream(values).map(v -> Math.abs(v - from)).max().orElseThrow();
  }

  private static Check lossCheck(SelectedModel pick, double exact, double share) {
    return Check.near(
        "loss at density " + Figures.number(pick.density()),
        EXACT,
        pick.loss(),
        exact,
        share * exact);
  }

  /** The largest distance of a gap between neighbours from the given angle, in degrees. */
  private static double deviation(SelectedModel pick, double angle) {
    return farthest(pick.geometry().adjacentAngles(SelectedModel.LIVE), angle);
  }
}
