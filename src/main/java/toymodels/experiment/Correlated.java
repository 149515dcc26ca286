package toymodels.experiment;

import java.util.ArrayList;
import java.util.List;
import toymodels.analysis.CorrelatedPairs;
import toymodels.analysis.Geometry;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** Features that are active together prefer right angles, or to lie side by side. */
final class Correlated implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Correlated and Anticorrelated Features";
  private static final String EXACT = "exact optimum";
  private static final int SHOWN = 5;

  @Override
  public String name() {
    return "correlated";
  }

  @Override
  public String summary() {
    return "features that occur together avoid interfering: at right angles, or side by side";
  }

  @Override
  public String figure() {
    return "Correlated and Anticorrelated Features, left and right";
  }

  @Override
  public List<Study> studies(Scale scale) {
    int replicas = scale == Scale.QUICK ? 20 : 100;
    Task pairs =
        Task.equallyImportant(FeatureDistribution.coupled(Coupling.CORRELATED, 2, 2, 0.05));
    return List.of(
        new Study(
            new ModelShape(ModelKind.RELU_OUTPUT, 4, 2),
            List.of(pairs),
            replicas,
            Plans.linear(4000, 1024, 5e-3, 0.2)),
        new Study(
            CorrelatedPairs.SHAPE,
            List.of(CorrelatedPairs.task(0.03)),
            2 * replicas,
            Plans.linear(6000, 1024, 5e-3, 0.2)));
  }

  @Override
  public RecordingSchedule recording(Scale scale) {
    return new RecordingSchedule(40, 0);
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> two = SelectedModel.ranked(trained.get(0), 0).subList(0, SHOWN);
    List<SelectedModel> three = SelectedModel.ranked(trained.get(1), 0).subList(0, SHOWN);
    List<Check> checks = new ArrayList<>();
    checkTwoPairs(two.get(0), checks);
    checkThreePairs(three.get(0), checks);
    return new Report(
        name(),
        "Correlated features",
        """
        In the simplest models every feature comes and goes by itself. Real features do not: some \
        occur together. Here they come in pairs; both are present or both are absent, each with a value of \
        its own.

        Two features that are present together would disturb each other all the time, so the \
        model puts them at right angles, and lets features of different pairs, which rarely meet, \
        share a dimension as opposites. With three pairs in two dimensions there are not enough \
        right angles. Then the two features of a pair lie side by side: an error in the same \
        direction is better than one in the opposite direction, and taken to its end this is how \
        principal component analysis would store them.""",
        List.of(
            Figures.directions(
                "Two correlated pairs",
                "The five best solutions. A pair has one colour: features 0 and 1, and features 2 and 3.",
                two,
                p -> "loss " + Figures.number(p.loss())),
            Figures.directions(
                "Three correlated pairs",
                "The five best solutions. A pair has one colour: its two features are neighbours.",
                three,
                p -> "loss " + Figures.number(p.loss())),
            Figures.polytopes(
                "Training, step by step",
                "The best model of either kind.",
                List.of(two.get(0), three.get(0)),
                p -> p.features() / 2 + " pairs")),
        checks);
  }

  private static void checkTwoPairs(SelectedModel pick, List<Check> checks) {
    Geometry geometry = pick.geometry();
    for (int set = 0; set < 2; set++) {
      checks.add(
          Check.near(
              "angle within pair %d of two, in degrees".formatted(set + 1),
              PAPER,
              geometry.angle(2 * set, 2 * set + 1),
              90,
              5));
    }
    for (int i = 0; i < 2; i++) {
      checks.add(
          Check.near(
              "angle between feature %d and its opposite in the other pair".formatted(i),
              PAPER,
              Math.max(geometry.angle(i, 2), geometry.angle(i, 3)),
              180,
              5));
    }
  }

  private static void checkThreePairs(SelectedModel pick, List<Check> checks) {
    Geometry geometry = pick.geometry();
    checks.add(Check.near("features represented of three pairs", PAPER, pick.live(), 6, 0));
    for (int set = 0; set < 3; set++) {
      checks.add(
          Check.near(
              "angle within pair %d of three, in degrees".formatted(set + 1),
              EXACT,
              geometry.angle(2 * set, 2 * set + 1),
              64,
              5));
    }
  }
}
