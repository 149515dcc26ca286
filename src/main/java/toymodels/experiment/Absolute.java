package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import toymodels.analysis.ClosedForms;
import toymodels.analysis.Neurons;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Circuits;
import toymodels.report.Figure;
import toymodels.report.NeuronStacks;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.Adam;
import toymodels.train.GradientEstimator;
import toymodels.train.Initialization;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;
import toymodels.train.TrainingPlan;

/** Computing |x|: neurons that serve one feature each, then more and more as features get rare. */
final class Absolute implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Computation in Superposition";
  private static final String CLOSED_FORM = "closed form of the model without superposition";

  private static final ModelShape SMALL = new ModelShape(ModelKind.ABSOLUTE_VALUE, 3, 6);
  private static final ModelShape LARGE = new ModelShape(ModelKind.ABSOLUTE_VALUE, 100, 40);
  private static final double SMALL_DENSITY = 0.5;
  private static final double DECAY = 0.8;

  /** Held-out loss under which a small model computes |x| as well as training can tell. */
  private static final double SOLVED = 1e-4;

  /** Adam's usual ε, 1e-8, is far above the gradient of a rare feature of low importance. */
  private static final double EPSILON = 1e-12;

  /** So small that what an output is at first is its bias, not what other features add to it. */
  private static final double STD = 0.005;

  private static final int WARMUP = 1000;

  /** A share of the loss without superposition that held-out samples do not reach by chance. */
  private static final double CLEARLY_LESS = 0.99;

  /**
   * How one density is trained. Biases start at the mean of |x|: from 0, a quarter of the outputs
   * begin without a gradient from their own feature, and where it is rare stay so. The rate is
   * high, and small batches serve where features are dense, since their noise frees neurons that
   * got stuck on a feature already served; where features are rare, batches grow, so that each is
   * seen at all. The noise decides how well it goes, whence best of some.
   */
  private record Level(double density, int steps, int batch, double rate, int replicas) {
    TrainingPlan plan(boolean quick) {
      TrainingPlan plan =
          TrainingPlan.notebook()
              .withSteps(steps)
              .withBatch(batch)
              .withSchedule(Schedule.COSINE)
              .withWarmup(WARMUP)
              .withAdam(new Adam(rate, 0.9, 0.999, EPSILON, 0))
              .withInitialization(Initialization.fixed(STD).withBias(density / 2))
              .withEstimator(density < 0.05 ? GradientEstimator.IID_SPARSE : GradientEstimator.IID);
      return quick ? plan : plan.withSteps(2 * steps);
    }
  }

  private static final List<Level> LEVELS =
      List.of(
          new Level(1, 24_000, 64, 3e-2, 6),
          new Level(0.3, 14_000, 256, 3e-2, 5),
          new Level(0.1, 6000, 1024, 4e-2, 3),
          new Level(0.03, 12_000, 2048, 3e-2, 3),
          new Level(0.01, 4000, 1024, 1e-2, 2),
          new Level(0.003, 4000, 2048, 1e-2, 2),
          new Level(0.001, 3000, 4096, 1e-2, 2));

  @Override
  public String name() {
    return "absolute";
  }

  @Override
  public String summary() {
    return "models that compute |x| use neurons for one feature each, then for several at once";
  }

  @Override
  public String figure() {
    return "Computation in Superposition, absolute value";
  }

  @Override
  public List<Study> studies(Scale scale) {
    boolean quick = scale == Scale.QUICK;
    List<Study> studies = new ArrayList<>();
    studies.add(
        new Study(
            SMALL,
            List.of(task(SMALL, SMALL_DENSITY, 1)),
            quick ? 30 : 100,
            Plans.cosine(10_000, 1024, 1e-2, 0.3)));
    for (Level level : LEVELS) {
      studies.add(
          new Study(
              LARGE,
              List.of(task(LARGE, level.density, DECAY)),
              quick ? level.replicas : 2 * level.replicas,
              level.plan(quick)));
    }
    return studies;
  }

  private static Task task(ModelShape shape, double density, double decay) {
    int n = shape.features();
    return new Task(
        FeatureDistribution.independent(n, density).withSigns(), Importance.geometric(n, decay));
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> small = SelectedModel.ranked(trained.get(0), 0);
    List<SelectedModel> picks =
        trained.stream().skip(1).map(t -> SelectedModel.best(t, 0)).toList();
    List<Check> checks = new ArrayList<>();
    checkSmall(trained.get(0), small.get(0), checks);
    checkLosses(picks, checks);
    checkNeurons(picks, checks);
    return new Report(
        name(),
        "Computing while in superposition",
        """
        The paper's other models only store features. Here the model has to compute: inputs are \
        positive or negative, the output should be their absolute value, and hidden neurons have \
        a ReLU (it replaces negative values by zero), so that single neurons mean something. \
        Without superposition the way to compute |x| is ReLU(x) + ReLU(−x): two neurons for each \
        feature. With three features and six neurons that is what training finds.

        With a hundred features and forty neurons there is room for twenty features only. Dense \
        inputs make the model keep the twenty that matter most and drop the others. As features \
        get rarer, neurons begin to serve several: the model computes in superposition. At %d of \
        the %d densities its loss is clearly below the best that any model with two neurons a \
        feature could reach."""
            .formatted(
                picks.stream().filter(pick -> ratio(pick) < CLEARLY_LESS).count(), picks.size()),
        figures(small.get(0), picks),
        checks);
  }

  private static List<Figure> figures(SelectedModel small, List<SelectedModel> picks) {
    return List.of(
        new NeuronStacks(
            "Three features, six neurons",
            "Weights into each neuron, which is scaled so that its largest weight is 1: every "
                + "feature has one neuron for its positive and one for its negative half.",
            List.of(Figures.neurons(small))),
        new Circuits(
            "The circuit of the same model",
            "From each feature x through the neurons to its absolute value y, scaled in the same "
                + "way. Lines of less than a twentieth of the largest weight are left out.",
            List.of(
                Figures.circuit(
                    Figures.density(small),
                    neurons(small),
                    IntStream.range(0, small.features()).toArray(),
                    IntStream.range(0, small.hidden()).toArray()))),
        new NeuronStacks(
            "A hundred features, forty neurons",
            "Each bar is a neuron, each block the size of its weight from one feature. A bar of "
                + "one block serves one feature only.",
            picks.stream().map(Figures::neurons).toList()),
        new XyChart(
            "Loss against the model without superposition",
            "Held-out loss divided by that of the best model with two neurons a feature: below 1, "
                + "superposition pays.",
            new XyChart.Axis("density", true),
            new XyChart.Axis("loss over that without superposition", true),
            List.of(
                series("trained", picks, Absolute::ratio),
                new XyChart.Series(
                    "without superposition",
                    XyChart.Mark.DASHED,
                    new double[] {picks.get(picks.size() - 1).density(), picks.get(0).density()},
                    new double[] {1, 1}))),
        new XyChart(
            "Neurons that serve one feature",
            "Of forty: neurons with a single weight above a quarter of their largest.",
            new XyChart.Axis("density", true),
            new XyChart.Axis("neurons", false),
            List.of(series("trained", picks, pick -> neurons(pick).monosemantic()))));
  }

  private static XyChart.Series series(
      String name, List<SelectedModel> picks, ToDoubleFunction<SelectedModel> value) {
    return new XyChart.Series(
        name,
        XyChart.Mark.LINE_AND_POINTS,
        picks.stream().mapToDouble(SelectedModel::density).toArray(),
        picks.stream().mapToDouble(value).toArray());
  }

  private static Neurons neurons(SelectedModel pick) {
    return pick.neurons().rescaled();
  }

  private static void checkSmall(TrainedStudy trained, SelectedModel best, List<Check> checks) {
    double[] losses = SelectedModel.losses(trained, 0);
    checks.add(
        Check.atLeast(
            "share of models of 3 features and 6 neurons that solve the task",
            PAPER,
            Arrays.stream(losses).filter(loss -> loss < SOLVED).count() / (double) losses.length,
            0.5));
    checks.add(
        Check.atMost(
            "distance of the best one's neurons from ReLU(x) and ReLU(-x) of each feature",
            PAPER,
            distanceFromHalves(neurons(best)),
            0.05));
  }

  /** The largest weight error if every ±eᵢ is some neuron's, else infinite. */
  private static double distanceFromHalves(Neurons neurons) {
    double worst = 0;
    for (int i = 0; i < neurons.features(); i++) {
      for (int sign : new int[] {1, -1}) {
        int feature = i;
        worst =
            Math.max(
                worst,
                IntStream.range(0, neurons.hidden())
                    .mapToDouble(a -> distance(neurons, a, feature, sign))
                    .min()
                    .orElseThrow());
      }
    }
    return worst;
  }

  private static double distance(Neurons neurons, int neuron, int feature, int sign) {
    double worst = 0;
    for (int i = 0; i < neurons.features(); i++) {
      double ideal = i == feature ? sign : 0;
      worst = Math.max(worst, Math.abs(neurons.in(i, neuron) - ideal));
    }
    return worst;
  }

  private static double ratio(SelectedModel pick) {
    return pick.loss()
        / ClosedForms.absoluteValueFloor(pick.density(), pick.task().importance(), pick.hidden());
  }

  private static void checkLosses(List<SelectedModel> picks, List<Check> checks) {
    for (SelectedModel pick : picks) {
      checks.add(
          Check.atMost(
              "loss relative to no superposition, 100 features in 40 neurons, density "
                  + Figures.number(pick.density()),
              CLOSED_FORM,
              ratio(pick),
              pick.density() > 0.2 ? 1.05 : 1));
    }
  }

  private static void checkNeurons(List<SelectedModel> picks, List<Check> checks) {
    int[] counts = picks.stream().mapToInt(pick -> neurons(pick).monosemantic()).toArray();
    checks.add(Check.atLeast("neurons of one feature, of 40, at density 1", PAPER, counts[0], 38));
    checks.add(
        Check.atMost(
            "neurons of one feature, of 40, at density 0.001",
            PAPER,
            counts[counts.length - 1],
            2));
    int rise =
        IntStream.range(1, counts.length).map(k -> counts[k] - counts[k - 1]).max().orElseThrow();
    checks.add(
        Check.atMost("largest rise of that number from one density to the next", PAPER, rise, 2));
  }
}
