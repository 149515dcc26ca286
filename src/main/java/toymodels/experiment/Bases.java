package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.analysis.Geometry;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** Two sets of correlated features: each becomes an orthogonal basis of its own. */
final class Bases implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Local Almost-Orthogonal Bases";
  private static final int SET = 10;
  private static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_OUTPUT, 2 * SET, SET);

  /**
   * The paper does not give it. Rare sets are best opposed, feature by feature; from a density of
   * about 0.04 on, mixtures with negative biases lose less, which the second task shows.
   */
  private static final double[] DENSITIES = {0.02, 0.05};

  @Override
  public String name() {
    return "bases";
  }

  @Override
  public String summary() {
    return "each of two sets of correlated features gets an almost orthogonal basis";
  }

  @Override
  public String figure() {
    return "Local Almost-Orthogonal Bases";
  }

  @Override
  public List<Study> studies(Scale scale) {
    List<Task> tasks =
        Arrays.stream(DENSITIES)
            .mapToObj(
                p ->
                    Task.equallyImportant(
                        FeatureDistribution.coupled(Coupling.CORRELATED, 2, SET, p)))
            .toList();
    // Small weights and a high rate: from larger weights training stops in mixtures of features.
    return List.of(
        new Study(
            SHAPE, tasks, scale == Scale.QUICK ? 6 : 30, Plans.linear(8000, 1024, 1e-2, 0.01)));
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> best = SelectedModel.bestOfEach(trained.get(0));
    double[] losses = {overOpposites(best.get(0)), overOpposites(best.get(1))};
    return new Report(
        name(),
        "Local almost-orthogonal bases",
        """
        Twenty features, ten dimensions. The features form two sets of ten: all features of a set \
        are present together, or none. Superposition could mix all twenty as it likes. Instead \
        each set behaves as if it had the space to itself, and its ten directions are an almost \
        orthogonal basis of the ten dimensions. All superposition is between the sets, where it \
        seldom hurts: every direction has its opposite in the other set.

        So a look at one context, in which only one set is active, would show a model without any \
        superposition. The features of that context form a local basis.

        Single opposites are best while the sets are rare: at a density of %s, which the claims \
        below are about, the best model loses %s times what ten pairs of opposites would. At %s it \
        opposes mixtures of features instead, with negative biases, and loses %s times as much as \
        the pairs. The bases within the sets stay."""
            .formatted(
                Figures.number(DENSITIES[0]),
                Figures.number(losses[0]),
                Figures.number(DENSITIES[1]),
                Figures.number(losses[1])),
        List.of(
            Figures.matrices(
                "Two bases in one space",
                "The best of %d models at each density. The blocks on the diagonal of WᵀW are close to the identity: within a set there is no interference. Where sets are rare, each row of the other blocks has one strong negative entry, its opposite. The features of a set are alike, so those of the second stand in the order of their opposites in the first."
                    .formatted(trained.get(0).study().replicas()),
                best,
                Figures::density,
                Bases::opposite)),
        checks(best.get(0), losses[0]));
  }

  /** The first set as it is, then the second, each feature in the place of its opposite. */
  private static int[] opposite(SelectedModel pick) {
    Geometry geometry = pick.geometry();
    int[] order = IntStream.range(0, 2 * SET).toArray();
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < SET; i++) {
      for (int j = SET; j < 2 * SET; j++) {
        pairs.add(new int[] {i, j});
      }
    }
    pairs.sort(Comparator.comparingDouble(pair -> geometry.cosine(pair[0], pair[1])));
    while (!pairs.isEmpty()) {
      int[] strongest = pairs.get(0);
      order[SET + strongest[0]] = strongest[1];
      pairs.removeIf(pair -> pair[0] == strongest[0] || pair[1] == strongest[1]);
    }
    return order;
  }

  /**
   * The loss over that of ten pairs of opposites of norm 1, without biases, on the same samples.
   */
  private static double overOpposites(SelectedModel pick) {
    ModelBatch opposites = new ModelBatch(SHAPE, 1);
    for (int i = 0; i < 2 * SET; i++) {
      opposites.encoder()[i * SET + i % SET] = i < SET ? 1 : -1;
    }
    return pick.loss() / SelectedModel.lossOf(pick.trained().study(), pick.model(), opposites);
  }

  private static List<Check> checks(SelectedModel best, double loss) {
    Geometry geometry = best.geometry();
    double within = 0;
    double norm = 0;
    double[] aligned = new double[2 * SET];
    for (int i = 0; i < 2 * SET; i++) {
      norm = Math.max(norm, Math.abs(geometry.norm(i) - 1));
      double opposite = 0;
      for (int j = 0; j < 2 * SET; j++) {
        boolean sameSet = i / SET == j / SET;
        within = sameSet && i != j ? Math.max(within, Math.abs(geometry.dot(i, j))) : within;
        opposite = sameSet ? opposite : Math.min(opposite, geometry.cosine(i, j));
      }
      aligned[i] = -opposite;
    }
    Arrays.sort(aligned);
    return List.of(
        Check.atMost("largest |Wᵢ · Wⱼ| within a set", PAPER, within, ALMOST),
        Check.atMost("largest distance of a norm from 1", PAPER, norm, ALMOST),
        Check.atLeast(
            "median alignment of a feature with its opposite in the other set",
            PAPER,
            aligned[SET],
            1 - ALMOST),
        Check.atLeast(
            "least alignment of a feature with its opposite", PAPER, aligned[0], 1 - ALMOST),
        Check.atMost(
            "loss, over that of ten antipodal pairs across the sets, on the same samples",
            "closed form of antipodal pairs",
            loss,
            1 + PAIRS_SHARE));
  }

  /** The paper says almost. */
  private static final double ALMOST = 0.1;

  /** What training may lose; with norms and biases free the best of many may also gain. */
  private static final double PAIRS_SHARE = 0.05;
}
