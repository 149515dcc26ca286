package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.analysis.AdversarialAttack;
import toymodels.analysis.Geometry;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** Adversarial vulnerability grows with superposition, and training against it undoes it. */
final class Adversarial implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Relationship to Adversarial Robustness";
  private static final int FEATURES = 100;
  private static final int HIDDEN = 10;
  private static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_OUTPUT, FEATURES, HIDDEN);
  private static final double[] DENSITIES = {1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01};
  private static final int SAMPLES = 4096;

  /** Models below this density are left out of the correlation: there growth is sublinear. */
  private static final double LEAST_DENSITY = 0.05;

  private static final double[] STRENGTHS = {0, 0.1, 0.2, 0.4, 0.6, 0.8, 1};

  @Override
  public String name() {
    return "adversarial";
  }

  @Override
  public String summary() {
    return "superposition makes models vulnerable: small attacks exploit interference";
  }

  @Override
  public String figure() {
    return "Relationship to Adversarial Robustness";
  }

  @Override
  public List<Study> studies(Scale scale) {
    List<Task> tasks =
        Arrays.stream(DENSITIES)
            .mapToObj(p -> Task.equallyImportant(FeatureDistribution.independent(FEATURES, p)))
            .toList();
    boolean quick = scale == Scale.QUICK;
    return List.of(
        new Study(
            SHAPE, tasks, quick ? 1 : 4, Plans.cosine(quick ? 4000 : 10_000, 1024, 3e-3, 0.05)));
  }

  /**
   * One model.
   *
   * @param squaredLength ‖Wᵢ‖², the mean over represented features
   * @param baseline the increase of the baseline's loss over ε²
   */
  private record Measured(
      double perDimension, double squaredLength, double vulnerability, double baseline) {
    static Measured of(TrainedStudy trained, int model) {
      Task task = trained.study().task(model);
      long key = trained.study().key(0);
      AdversarialAttack attack = AdversarialAttack.on(trained.models(), model, task, key, SAMPLES);
      AdversarialAttack base = AdversarialAttack.on(baseline(task), 0, task, key, SAMPLES);
      Geometry geometry = Geometry.of(trained.models(), model);
      return new Measured(
          1 / geometry.dimensionsPerFeature(),
          Arrays.stream(geometry.liveFeatures(SelectedModel.LIVE))
              .mapToDouble(i -> geometry.dot(i, i))
              .average()
              .orElse(0),
          attack.vulnerability(),
          (base.attackedLoss() - base.cleanLoss()) / (base.epsilon() * base.epsilon()));
    }

    /** W = [I 0], and the means as biases of the features that are not represented. */
    private static ModelBatch baseline(Task task) {
      ModelBatch model = new ModelBatch(SHAPE, 1);
      Arrays.fill(model.biases(), HIDDEN, FEATURES, (float) (task.inputs().density(0) / 2));
      for (int i = 0; i < HIDDEN; i++) {
        model.encoder()[i * HIDDEN + i] = 1;
      }
      return model;
    }
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<Measured> measured =
        IntStream.range(0, DENSITIES.length)
            .parallel()
            .mapToObj(
                k -> Measured.of(trained.get(0), SelectedModel.best(trained.get(0), k).model()))
            .toList();
    double[] vulnerability = measured.stream().mapToDouble(Measured::vulnerability).toArray();
    double[] perDimension = measured.stream().mapToDouble(Measured::perDimension).toArray();
    double[] inverse = Arrays.stream(DENSITIES).map(p -> 1 / p).toArray();
    double[] hardened =
        Arrays.stream(STRENGTHS)
            .parallel()
            .map(
                s ->
                    1
                        / Geometry.of(AdversarialTraining.train(s, 1), AdversarialTraining.hidden())
                            .dimensionsPerFeature())
            .toArray();
    return new Report(
        name(),
        "Superposition and adversarial vulnerability",
        """
        An adversarial example is an input changed a little so as to change the output a lot. A \
        model without superposition can be attacked only by changing the feature itself. With \
        superposition every feature has others that interfere with it, and an attacker can add \
        them up: a small change of many features that do not matter moves one that does.

        Here all inputs are moved by a tenth of their mean length, in the direction aimed at one \
        output, the one that does most harm. Vulnerability is the rise of the loss over the rise in a model without superposition, \
        the one that keeps as many features as dimensions, on the same inputs with the same \
        attack. It grows with the features that share each dimension.

        The last figure is the converse. Models trained on attacked inputs use less superposition, \
        the less the stronger the attack. The paper reports that it took attacks of 80 %% of the \
        input's length to get rid of it; here %s features share a dimension without attacks, %s \
        with attacks of %s of that length, and %s with attacks of %s."""
            .formatted(
                Figures.number(hardened[0]),
                Figures.number(hardened[4]),
                Figures.number(STRENGTHS[4]),
                Figures.number(hardened[5]),
                Figures.number(STRENGTHS[5])),
        List.of(
            new XyChart(
                "Vulnerability and features per dimension",
                "Both against how rare features are, for 100 equal features in 10 dimensions.",
                new XyChart.Axis("1 / density", true),
                new XyChart.Axis("times the model without superposition", true),
                List.of(
                    new XyChart.Series(
                        "vulnerability", XyChart.Mark.LINE_AND_POINTS, inverse, vulnerability),
                    new XyChart.Series(
                        "features per dimension",
                        XyChart.Mark.LINE_AND_POINTS,
                        inverse,
                        perDimension))),
            new XyChart(
                "One against the other",
                "Each point is a model. Vulnerability equals features per dimension, the dashed "
                    + "line, up to about two, and grows more slowly beyond.",
                new XyChart.Axis("features per dimension", false),
                new XyChart.Axis("vulnerability", false),
                List.of(
                    new XyChart.Series("models", XyChart.Mark.POINTS, perDimension, vulnerability),
                    new XyChart.Series(
                        "equal", XyChart.Mark.DASHED, new double[] {1, 5}, new double[] {1, 5}))),
            new XyChart(
                "Adversarial training",
                "Features per dimension of models with 20 features in 5 dimensions, trained on "
                    + "inputs that are attacked with this share of their own length.",
                new XyChart.Axis("length of the attack over that of the input", false),
                new XyChart.Axis("features per dimension", false),
                List.of(
                    new XyChart.Series(
                        "trained models", XyChart.Mark.LINE_AND_POINTS, STRENGTHS, hardened),
                    new XyChart.Series(
                        "no superposition, 1",
                        XyChart.Mark.DASHED,
                        new double[] {0, 1},
                        new double[] {1, 1})))),
        checks(measured, vulnerability, perDimension, hardened));
  }

  private static List<Check> checks(
      List<Measured> measured, double[] vulnerability, double[] perDimension, double[] hardened) {
    List<Check> checks = new ArrayList<>();
    double farthest = 1;
    for (Measured m : measured) {
      farthest = Math.abs(m.baseline - 1) > Math.abs(farthest - 1) ? m.baseline : farthest;
    }
    checks.add(
        Check.near(
            "rise of the baseline's loss over ε², where it is farthest from 1",
            "closed form",
            farthest,
            1,
            0.01));
    checks.add(Check.near("vulnerability at density 1", PAPER, vulnerability[0], 1, 0.05));
    addDigons(measured.get(nearest(perDimension, 2)), checks);
    int count = 0;
    for (int k = 0; k < DENSITIES.length; k++) {
      count += DENSITIES[k] >= LEAST_DENSITY ? 1 : 0;
      if (DENSITIES[k] <= LEAST_DENSITY) {
        checks.add(
            Check.atLeast(
                "vulnerability at density " + Figures.number(DENSITIES[k]),
                PAPER,
                vulnerability[k],
                3));
      }
    }
    checks.add(
        Check.atLeast(
            "correlation of vulnerability and features per dimension",
            PAPER,
            correlation(Arrays.copyOf(vulnerability, count), Arrays.copyOf(perDimension, count)),
            0.9));
    checks.add(
        Check.atMost(
            "features per dimension after training against attacks of 0.8, over those without",
            PAPER,
            hardened[5] / hardened[0],
            0.7));
    return checks;
  }

  /**
   * An attack on one of two opposite features of squared length g moves its output by √2 g ε, so
   * that its loss rises by 2g² ε², where that of a feature alone, of length 1, rises by ε².
   */
  private static void addDigons(Measured measured, List<Check> checks) {
    double digon = 2 * measured.squaredLength * measured.squaredLength;
    checks.add(
        Check.near(
                "vulnerability where two features share a dimension",
                PAPER,
                measured.vulnerability,
                2,
                0.1)
            .disputed(
                digon > 2.05
                    ? "2 is that of opposite features of length 1; here they have %s, which makes %s"
                        .formatted(
                            Figures.number(Math.sqrt(measured.squaredLength)),
                            Figures.number(digon))
                    : ""));
    checks.add(
        Check.near(
            "the same over that of opposite features as long as these",
            "closed form",
            measured.vulnerability / digon,
            1,
            0.1));
  }

  private static int nearest(double[] values, double to) {
    int nearest = 0;
    for (int k = 1; k < values.length; k++) {
      nearest = Math.abs(values[k] - to) < Math.abs(values[nearest] - to) ? k : nearest;
    }
    return nearest;
  }

  private static double correlation(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int k = 0; k < x.length; k++) {
      xy += (x[k] - meanX) * (y[k] - meanY);
      xx += (x[k] - meanX) * (x[k] - meanX);
      yy += (y[k] - meanY) * (y[k] - meanY);
    }
    return xy / Math.sqrt(xx * yy);
  }
}
