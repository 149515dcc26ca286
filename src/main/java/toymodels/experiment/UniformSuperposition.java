package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import toymodels.analysis.Geometry;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Figure;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.Adam;
import toymodels.train.Initialization;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;
import toymodels.train.TrainingPlan;

/** Many equal features: how many dimensions each gets, and the polytopes behind it. */
final class UniformSuperposition implements Experiment {
  private static final int LEVELS = 20;

  /** 1/p of the notebook's last level. */
  private static final double RAREST = 20;

  @Override
  public String name() {
    return "geometry";
  }

  @Override
  public String summary() {
    return "equal features share dimensions in fixed fractions: the polytopes of superposition";
  }

  @Override
  public String figure() {
    return "Geometry of Superposition, dimensions per feature and feature dimensionality";
  }

  @Override
  public List<Study> studies(Scale scale) {
    List<Study> studies = new ArrayList<>();
    TrainingPlan notebook =
        TrainingPlan.notebook()
            .withInitialization(Initialization.of(Initialization.Scheme.NOTEBOOK, LEVELS));
    // Two thirds of the steps on half the samples, at twice the rate, which falls so that its noise
    // does not blur the line at 1/2.
    TrainingPlan brief =
        notebook
            .withSteps(7000)
            .withBatch(512)
            .withAdam(Adam.adamW(2.5e-3, 0.01))
            .withSchedule(Schedule.COSINE);
    DoubleStream levels = densities(LEVELS, 1, RAREST);
    studies.add(study(200, 20, levels, scale == Scale.QUICK ? brief : notebook));
    if (scale == Scale.FULL) {
      // The paper's range, and near levels where antipodal pairs give way to pentagons: only there
      // are these orthogonal to all else, at lower densities they crowd each other off their line.
      // The rate falls so that no noise is left that would blur lines.
      DoubleStream finer = DoubleStream.concat(densities(16, 1, 10), densities(14, 3.7, 4.3));
      studies.add(study(400, 30, finer, Plans.cosine(8000, 1024, 3e-3, 0.02)));
    }
    return studies;
  }

  /** Densities whose inverses go from one to another in equal ratios. */
  private static DoubleStream densities(int count, double dense, double rare) {
    return IntStream.range(0, count)
        .mapToDouble(k -> StrictMath.pow(rare / dense, -k / (count - 1.0)) / dense);
  }

  private static Study study(int features, int hidden, DoubleStream densities, TrainingPlan plan) {
    List<Task> tasks =
        densities
            .boxed()
            .sorted(Comparator.reverseOrder())
            .map(
                density ->
                    Task.equallyImportant(FeatureDistribution.independent(features, density)))
            .toList();
    return new Study(new ModelShape(ModelKind.RELU_OUTPUT, features, hidden), tasks, 1, plan);
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<Figure> figures = new ArrayList<>();
    figures.add(dimensionsPerFeature(trained));
    for (TrainedStudy study : trained) {
      figures.add(dimensionalities(study));
    }
    figures.add(Polytables.graphs(trained.get(0).models(), inverseDensities(trained.get(0))));
    figures.addAll(Polytables.of(FeaturePool.of(trained.get(0))));
    return new Report(
        name(),
        "The geometry of superposition",
        """
        Many features, all equally important and equally rare, share few dimensions. How many \
        dimensions does each get? The first figure divides the number of dimensions by the number \
        of features represented, which is ‖W‖², the sum of all squared lengths. It does not fall \
        smoothly as features get rarer: it rests at one dimension a feature, then at a half, and \
        only then goes on. At a half, all features represented are antipodal pairs: two on one \
        dimension, in opposite directions.

        The second figure asks each single feature for its share: its dimensionality, one if it \
        has a dimension to itself, a half in an antipodal pair, 2/3 in a triangle, 3/4 in a \
        tetrahedron, 2/5 in a pentagon, 3/8 in a square antiprism. Where points gather on a line, \
        features have organised themselves into separate polytopes of that shape, each in a \
        subspace of its own. With 200 features in 20 dimensions the line at a half is sharp and \
        the others are faint, here as in the published runs of the notebook; the table counts. At \
        full scale, 400 features in 30 dimensions are trained too, at more levels near 1/p = 4, \
        where pairs give way to pentagons: there pentagons are orthogonal to all else and lie on \
        the line 2/5; where features are rarer they are crowded off it.

        Which polytope wins can be computed: the table lists what each gains per dimension, by \
        the exact loss. The square antiprism that training finds is a little flatter than the \
        ideal one of dimensionality 3/8, because that loses less.""",
        figures,
        UniformSuperpositionClaims.of(trained));
  }

  /** 1/p of every level. */
  static double[] inverseDensities(TrainedStudy trained) {
    return trained.study().tasks().stream().mapToDouble(t -> 1 / t.inputs().density(0)).toArray();
  }

  /** D*, m / ‖W‖², of every level. */
  private static double[] meanDimensions(TrainedStudy trained) {
    double[] mean = new double[trained.models().models()];
    Arrays.setAll(mean, k -> Geometry.of(trained.models(), k).dimensionsPerFeature());
    return mean;
  }

  private static XyChart dimensionsPerFeature(List<TrainedStudy> trained) {
    List<XyChart.Series> series = new ArrayList<>();
    for (TrainedStudy study : trained) {
      ModelShape shape = study.study().shape();
      series.add(
          new XyChart.Series(
              "%d features in %d dimensions".formatted(shape.features(), shape.hidden()),
              XyChart.Mark.LINE_AND_POINTS,
              inverseDensities(study),
              meanDimensions(study)));
    }
    double[] levels = inverseDensities(trained.get(0));
    double[] x = new double[UniformSuperpositionClaims.SAVED.length];
    Arrays.setAll(x, k -> levels[UniformSuperpositionClaims.level(k)]);
    for (int run = 0; run < 3; run++) {
      int saved = run;
      double[] y = new double[x.length];
      Arrays.setAll(y, k -> UniformSuperpositionClaims.SAVED[k][saved]);
      series.add(new XyChart.Series("notebook, saved run " + (run + 1), XyChart.Mark.POINTS, x, y));
    }
    return new XyChart(
        "Dimensions per feature",
        "Hidden dimensions over features represented, m / ‖W‖², against how rare features are. The line rests at 1 and at 1/2. Points are three published runs of the official notebook, with 200 features in 20 dimensions.",
        new XyChart.Axis("1 / density", true),
        new XyChart.Axis("dimensions per feature", false),
        series);
  }

  private static XyChart dimensionalities(TrainedStudy trained) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    double[] inverse = inverseDensities(trained);
    for (int k = 0; k < inverse.length; k++) {
      int before = Math.max(k, 1);
      int after = Math.min(k + 1, inverse.length - 1);
      double ratio =
          Math.min(inverse[before] / inverse[before - 1], inverse[after] / inverse[after - 1]);
      double[] d = Geometry.of(trained.models(), k).dimensionality();
      for (int i = 0; i < d.length; i++) {
        // Spread within a level, so that features on one line can be told apart.
        x.add(inverse[k] * Math.pow(ratio, 0.6 * (i + 0.5) / d.length - 0.3));
        y.add(d[i]);
      }
    }
    List<XyChart.Series> series = new ArrayList<>();
    series.add(
        new XyChart.Series(
            "dimensions per feature", XyChart.Mark.LINE, inverse, meanDimensions(trained)));
    series.add(
        new XyChart.Series(
            "features",
            XyChart.Mark.POINTS,
            x.stream().mapToDouble(v -> v).toArray(),
            y.stream().mapToDouble(v -> v).toArray()));
    Polytables.LINES.forEach(
        (name, d) ->
            series.add(
                new XyChart.Series(
                    name,
                    XyChart.Mark.DASHED,
                    new double[] {inverse[0], inverse[inverse.length - 1]},
                    new double[] {d, d})));
    ModelShape shape = trained.study().shape();
    return new XyChart(
        "Feature dimensionality, %d features in %d dimensions"
            .formatted(shape.features(), shape.hidden()),
        "Each point is one feature: the fraction of a dimension that it has. The line is that of the first figure, dashed lines are regular polytopes.",
        new XyChart.Axis("1 / density", true),
        new XyChart.Axis("dimensionality", false),
        series);
  }
}
