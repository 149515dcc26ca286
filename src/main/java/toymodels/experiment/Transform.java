package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import toymodels.analysis.ClosedForms;
import toymodels.analysis.ExactLoss;
import toymodels.analysis.Geometry;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Figure;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** Learning as a sequence of geometric transformations: from a triangle pair to an octahedron. */
final class Transform implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Learning as Geometric Transformations";
  private static final String PLATEAU = "closed form of the plateau";
  private static final int SET = Unfolding.SET;
  private static final double DENSITY = 0.05;

  @Override
  public String name() {
    return "transform";
  }

  @Override
  public String summary() {
    return "six features in three dimensions unfold step by step into an octahedron";
  }

  @Override
  public String figure() {
    return "Learning as Geometric Transformations";
  }

  @Override
  public List<Study> studies(Scale scale) {
    Task task =
        Task.equallyImportant(FeatureDistribution.coupled(Coupling.CORRELATED, 2, SET, DENSITY));
    return List.of(
        new Study(
            new ModelShape(ModelKind.RELU_OUTPUT, 2 * SET, SET),
            List.of(task),
            8,
            Plans.constant(8000, 1024, 2e-3, 0.02)));
  }

  @Override
  public RecordingSchedule recording(Scale scale) {
    return new RecordingSchedule(240, 0);
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> models = SelectedModel.ranked(trained.get(0), 0);
    int[] steps = trained.get(0).history().steps();
    List<double[]> losses = models.stream().map(Transform::exactLosses).toList();
    List<XyChart.Series> curves = new ArrayList<>();
    double[] x = Arrays.stream(steps).asDoubleStream().map(s -> s + 1).toArray();
    for (int k = 0; k < models.size(); k++) {
      curves.add(new XyChart.Series("model " + (k + 1), XyChart.Mark.LINE, x, losses.get(k)));
    }
    List<Unfolding> stages = models.stream().map(Unfolding::of).toList();
    curves.add(marks(stages.get(0), x, losses.get(0)));
    double plateau = 2 * ClosedForms.collapsedSet(DENSITY, SET);
    double octahedron = DENSITY * DENSITY;
    curves.add(level("both sets collapsed, p/3", x, plateau));
    curves.add(level("octahedron, p²", x, octahedron));
    return new Report(
        name(),
        "Learning as geometric transformations",
        """
        Six features in three dimensions, in two sets of three that are present together. The \
        best solution is an octahedron, the solid with six corners of which each has an opposite: \
        three right angles within each set, opposites across the sets. The way there has stages \
        that can be told apart in the loss.

        (A) From small random weights, all features of a set grow along one common direction: so \
        far the model tells only the two sets apart, and stores the sum of each. The loss rests \
        on a plateau. (B) The sets open, like two umbrellas, into the third dimension. (C) There \
        are right angles within each set. What this looks like depends on the run: the feature \
        farthest from an opposite in the other set misses it by %s to %s degrees. Where it misses \
        much, the triangles of the two sets are twisted against each other, a shape called an \
        antiprism, and turn afterwards. (D) Opposites across the sets: the octahedron. Turn the \
        last picture and move its slider to watch."""
            .formatted(degrees(stages, DoubleStream::min), degrees(stages, DoubleStream::max)),
        figures(models, stages.get(0), curves),
        checks(models, steps, losses, plateau, octahedron));
  }

  private static String degrees(
      List<Unfolding> stages, Function<DoubleStream, OptionalDouble> which) {
    DoubleStream known =
        stages.stream().mapToDouble(Unfolding::missing).filter(d -> !Double.isNaN(d));
    return Figures.number(Math.rint(which.apply(known).orElse(Double.NaN)));
  }

  private static List<Figure> figures(
      List<SelectedModel> models, Unfolding stages, List<XyChart.Series> curves) {
    List<Figure> figures = new ArrayList<>();
    stages.figure().ifPresent(figures::add);
    figures.add(
        new XyChart(
            "Loss over training",
            "The exact loss of every model. Flat stretches are stages of the geometry: first the "
                + "collapsed sets at p/3 for a density p, last the octahedron near p². Marks are "
                + "where the stages of model 1 begin, (A) to (D) from left to right.",
            new XyChart.Axis("training step", true),
            new XyChart.Axis("loss", true),
            curves));
    figures.add(
        Figures.polytopes(
            "Training, step by step",
            "All models over their training, the best first; the first three features are one set.",
            models,
            p -> "model " + (models.indexOf(p) + 1)));
    return figures;
  }

  private static XyChart.Series marks(Unfolding stages, double[] x, double[] losses) {
    return new XyChart.Series(
        "stages (A) to (D) of model 1",
        XyChart.Mark.POINTS,
        stages.reached().stream().mapToDouble(k -> x[k]).toArray(),
        stages.reached().stream().mapToDouble(k -> losses[k]).toArray());
  }

  private static XyChart.Series level(String name, double[] x, double y) {
    double[] values = new double[x.length];
    Arrays.fill(values, y);
    return new XyChart.Series(name, XyChart.Mark.DASHED, x, values);
  }

  private static double[] exactLosses(SelectedModel pick) {
    List<ModelBatch> frames = pick.trained().history().keyframes();
    return IntStream.range(0, frames.size())
        .parallel()
        .mapToDouble(k -> ExactLoss.of(pick.task(), frames.get(k), pick.model()))
        .toArray();
  }

  private static List<Check> checks(
      List<SelectedModel> models,
      int[] steps,
      List<double[]> losses,
      double plateau,
      double octahedron) {
    int resting = 0;
    int arrived = 0;
    double across = -1;
    double within = 0;
    for (int k = 0; k < models.size(); k++) {
      SelectedModel pick = models.get(k);
      resting = Math.max(resting, longestRest(pick, steps, losses.get(k), plateau));
      if (Math.abs(pick.loss() / octahedron - 1) <= 0.03) {
        arrived++;
        across = Math.max(across, Unfolding.weakestOpposite(pick.geometry()));
        within = Math.max(within, Unfolding.largestWithin(pick.geometry()));
      }
    }
    return List.of(
        Check.atLeast(
            "steps of the longest rest at p/3 (3 %), norms near 1/√3", PLATEAU, resting, 200),
        Check.atLeast(
            "models of 8 that end within 3 % of the loss p²",
            "closed form of the octahedron", arrived, 7),
        Check.atMost("cosine of opposites across the sets, at worst", PAPER, across, -0.95),
        Check.atMost("largest |cosine| within a set", PAPER, within, 0.05));
  }

  /** Steps that a model stays within 3 % of the plateau's loss and 0.02 of its norms. */
  private static int longestRest(SelectedModel pick, int[] steps, double[] losses, double plateau) {
    int longest = 0;
    int start = -1;
    for (int k = 0; k < losses.length; k++) {
      Geometry geometry = Geometry.of(pick.trained().history().keyframes().get(k), pick.model());
      boolean rests = Math.abs(losses[k] / plateau - 1) <= 0.03;
      rests &= Unfolding.normsAreCollapsed(geometry);
      start = !rests ? -1 : start < 0 ? steps[k] : start;
      longest = rests ? Math.max(longest, steps[k] - start) : longest;
    }
    return longest;
  }
}
