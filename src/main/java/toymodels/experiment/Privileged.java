package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import toymodels.analysis.ClosedForms;
import toymodels.analysis.Neurons;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.NeuronStacks;
import toymodels.report.NeuronWeights;
import toymodels.report.Report;
import toymodels.report.Table;
import toymodels.report.WeightMatrices;
import toymodels.train.Adam;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** A ReLU in the hidden layer makes neurons mean something: six codes as features get rare. */
final class Privileged implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Superposition in a Privileged Basis";
  private static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_HIDDEN, 10, 5);
  private static final double DECAY = 0.75;

  /**
   * What the paper shows at a density.
   *
   * @param monosemantic neurons that serve one feature
   * @param live features represented
   * @param code in words
   * @param loss held-out loss of a reference run; not a number where none is known
   */
  private record Level(double density, int monosemantic, int live, String code, double loss) {
    boolean isCodeOf(SelectedModel pick) {
      return pick.neurons().monosemantic() == monosemantic && pick.live() == live;
    }
  }

  /**
   * What training found at a level.
   *
   * @param best the model of least loss
   * @param alike the model of least loss among those with the paper's counts
   */
  private record Found(Level level, SelectedModel best, Optional<SelectedModel> alike) {
    static Found of(Level level, SelectedModel best) {
      return new Found(
          level, best, level.isCodeOf(best) ? Optional.of(best) : best.rival(level::isCodeOf));
    }

    /** Loss of the paper's code over the least found; infinite where no model has that code. */
    double excess() {
      return alike.map(SelectedModel::loss).orElse(Double.POSITIVE_INFINITY) / best.loss();
    }

    String dispute() {
      return "the code found instead has %d and %d, %s"
          .formatted(
              best.neurons().monosemantic(),
              best.live(),
              alike.isPresent()
                  ? "the paper's loses %s times as much".formatted(Figures.number(excess()))
                  : "no model found the paper's");
    }
  }

  private static final List<Level> LEVELS =
      List.of(
          new Level(0.6, 5, 5, "five neurons of one feature each", 0.079214),
          new Level(0.3, 3, 6, "three of one feature; three features in two neurons", 0.05190),
          new Level(0.15, 2, 7, "two of one feature; five features in three neurons", Double.NaN),
          new Level(0.12, 1, 7, "one of one feature; six features in four neurons", Double.NaN),
          new Level(0.06, 0, 8, "eight features in five neurons", 0.00786),
          new Level(0.03, 0, 10, "every feature is a pair of neurons", Double.NaN));

  /**
   * Where codes of seven features with one monosemantic neuron and of eight with none lose the same
   * within a percent, so that chance decides which of them is the best of many.
   */
  private static final double DISPUTED = 0.12;

  /** Held-out losses vary by this share among equally good models. */
  private static final double LOSS_SHARE = 0.01;

  @Override
  public String name() {
    return "privileged";
  }

  @Override
  public String summary() {
    return "with a ReLU in the hidden layer neurons are codes: from one feature each to pairs";
  }

  @Override
  public String figure() {
    return "Superposition in a Privileged Basis";
  }

  @Override
  public List<Study> studies(Scale scale) {
    List<Task> tasks =
        LEVELS.stream()
            .map(
                level ->
                    new Task(
                        FeatureDistribution.independent(10, level.density),
                        Importance.geometric(10, DECAY)))
            .toList();
    int last = LEVELS.size() - 1;
    int replicas = scale == Scale.QUICK ? 400 : 1000;
    Task dense =
        new Task(FeatureDistribution.independent(10, 0.3), Importance.geometric(10, DECAY));
    return List.of(
        new Study(
            SHAPE,
            tasks.subList(0, last),
            replicas,
            Plans.cosine(4000, 256, 1e-2, 0.1).withAdam(Adam.adamW(1e-2, 0.01))),
        // The rarest features need larger weights to begin with, or one of the ten stays out.
        new Study(
            SHAPE, tasks.subList(last, last + 1), replicas, Plans.cosine(4000, 256, 1e-2, 0.3)),
        new Study(
            new ModelShape(ModelKind.LINEAR, 10, 5),
            List.of(dense),
            1,
            Plans.cosine(4000, 256, 1e-2, 0.1)));
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> best = new ArrayList<>(SelectedModel.bestOfEach(trained.get(0)));
    best.add(SelectedModel.best(trained.get(1), 0));
    List<Found> found =
        IntStream.range(0, best.size())
            .mapToObj(k -> Found.of(LEVELS.get(k), best.get(k)))
            .toList();
    List<NeuronWeights> contrast =
        List.of(
            panel("no ReLU in the hidden layer", SelectedModel.best(trained.get(2), 0)),
            panel("ReLU in the hidden layer", best.get(1)));
    return new Report(
        name(),
        "Superposition in a privileged basis",
        """
        In a model whose hidden layer is linear, single neurons mean nothing: the hidden space \
        can be turned without changing what the model computes. A ReLU on the hidden layer, which \
        replaces negative values by zero, ends that. It acts on each neuron by itself, so there is \
        a preferred set of axes, and one can ask what a single neuron stands for.

        When features are common every neuron stands for one feature: it is monosemantic. As they \
        get rarer, neurons begin to share features, one after the other, in codes: three features \
        as (1, 1), (1, −1) and (−1, 1) on two neurons, and in the end every feature as a pair of \
        neurons, the ten pairs among five. Each picture is the best of %d models, as the paper \
        took the best of a thousand.

        Where the best model found here has another code than the one in the paper, the table \
        names both with their losses. At a density of %s, codes of seven features with one \
        monosemantic neuron, the paper's, and of eight features with none lose nearly the same: \
        chance decides which is the best of many."""
            .formatted(trained.get(0).study().replicas(), Figures.number(DISPUTED)),
        List.of(
            new NeuronStacks(
                "A hidden ReLU makes neurons mean something",
                "Weights of each neuron, one bar a neuron, one colour a feature, density 0.3. "
                    + "Without the ReLU features lie at random angles to the neurons.",
                contrast),
            new WeightMatrices(
                "The same weights as matrices",
                "W of the two models above, a row a feature, a column a neuron. Without the ReLU "
                    + "every feature represented uses all neurons; with it many weights are zero.",
                contrast),
            new NeuronStacks(
                "Codes from dense to sparse",
                "The best models. A bar of a single block is a monosemantic neuron.",
                best.stream().map(p -> panel(Figures.density(p), p)).toList()),
            Figures.matrices(
                "Directions and their interference",
                "WᵀW, biases and norms of the same models. A neuron passes positive sums only, so that not all of this reaches an output.",
                best,
                Figures::density),
            codes(found)),
        checks(found));
  }

  private static NeuronWeights panel(String label, SelectedModel pick) {
    return new NeuronWeights(label, pick.vectors(), pick.hidden());
  }

  private static Table codes(List<Found> found) {
    List<List<String>> rows = new ArrayList<>();
    for (Found one : found) {
      rows.add(
          List.of(
              Figures.number(one.level.density),
              one.level.code,
              describe(one.best),
              Figures.number(one.best.loss()),
              one.alike.map(pick -> Figures.number(pick.loss())).orElse("no model has it")));
    }
    return new Table(
        "The codes",
        "A neuron is monosemantic if only one feature has a quarter of its largest weight. Each "
            + "group of five signs is a feature, the most important first: + or − where it has "
            + "that much weight on a neuron, · where it has less. The "
            + "last column is the least loss among the models that have the paper's counts.",
        List.of(
            "density", "in the paper", "the best found here", "its loss", "loss of the paper's"),
        rows);
  }

  private static String describe(SelectedModel pick) {
    Neurons neurons = pick.neurons();
    List<String> patterns = new ArrayList<>();
    for (int i = 0; i < pick.features(); i++) {
      int feature = i;
      if (pick.geometry().norm(i) > SelectedModel.LIVE) {
        StringBuilder pattern = new StringBuilder();
        for (int a = 0; a < neurons.hidden(); a++) {
          double share = neurons.in(feature, a) / Math.max(neurons.largest(a), Neurons.DEAD);
          pattern.append(share >= Neurons.SHARE ? '+' : share <= -Neurons.SHARE ? '−' : '·');
        }
        patterns.add(pattern.toString());
      }
    }
    return "%d monosemantic, %d features: %s"
        .formatted(neurons.monosemantic(), pick.live(), String.join(" ", patterns));
  }

  private static List<Check> checks(List<Found> found) {
    List<Check> checks = new ArrayList<>();
    for (Found one : found) {
      Level level = one.level;
      SelectedModel pick = one.best;
      String at = " at density " + Figures.number(level.density);
      String dispute = level.density == DISPUTED ? one.dispute() : "";
      checks.add(
          Check.near(
                  "monosemantic neurons" + at,
                  PAPER,
                  pick.neurons().monosemantic(),
                  level.monosemantic,
                  0)
              .disputed(dispute));
      checks.add(
          Check.near("features represented" + at, PAPER, pick.live(), level.live, 0)
              .disputed(dispute));
      if (level.density == DISPUTED) {
        checks.add(
            Check.atMost(
                "loss of the paper's code over the least found" + at, PAPER, one.excess(), 1.02));
      }
      if (!Double.isNaN(level.loss)) {
        checks.add(
            Check.atMost("loss" + at, "reference run", pick.loss(), (1 + LOSS_SHARE) * level.loss));
      }
      double[] importance = pick.task().importance().values();
      double without =
          Arrays.stream(importance).skip(pick.hidden()).sum() * ClosedForms.dead(level.density);
      checks.add(
          Check.atMost(
              "loss over that of one feature a neuron" + at,
              "closed form of the model without superposition",
              pick.loss() / without,
              1 + LOSS_SHARE));
    }
    return checks;
  }
}
