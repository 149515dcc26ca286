package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.analysis.Geometry;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** Features jump between levels of dimensionality while the loss drops. */
final class Dynamics implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Discrete Energy Level Jumps";
  private static final int FEATURES = 60;
  private static final int HIDDEN = 12;

  /** A density at which antipodal pairs win by far. */
  private static final double DENSITY = 0.4;

  /** What the paper's figure names, of {@link Polytables#LINES}. */
  private static final List<String> LEVELS =
      List.of("triangle, 2/3", "antipodal pair, 1/2", "pentagon, 2/5");

  /** A feature is on a level within this distance. */
  private static final double ON_LEVEL = 0.02;

  /**
   * A jump takes no longer than from one frame to the fourth next, a fifth of the steps so far. The
   * paper names no time; its jumps are as narrow beside the time between them.
   */
  private static final int JUMP_FRAMES = 4;

  /** The least distance between two levels of the paper: from a pentagon's 2/5 to a pair's 1/2. */
  private static final double LEAST_JUMP = 1 / 2.0 - 2 / 5.0;

  /** Dimensionality below which a feature is not learned. */
  private static final double NOT_LEARNED = 0.1;

  @Override
  public String name() {
    return "dynamics";
  }

  @Override
  public String summary() {
    return "during training features jump between levels of dimensionality, and the loss drops";
  }

  @Override
  public String figure() {
    return "Superposition and Learning Dynamics, Discrete Energy Level Jumps";
  }

  @Override
  public List<Study> studies(Scale scale) {
    Task task = Task.equallyImportant(FeatureDistribution.independent(FEATURES, DENSITY));
    return List.of(
        new Study(
            new ModelShape(ModelKind.RELU_OUTPUT, FEATURES, HIDDEN),
            List.of(task),
            1,
            Plans.constant(scale == Scale.QUICK ? 10_000 : 30_000, 1024, 1e-3, 0.02)));
  }

  @Override
  public RecordingSchedule recording(Scale scale) {
    return new RecordingSchedule(200, 400);
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    SelectedModel model = SelectedModel.best(trained.get(0), 0);
    int[] steps = model.trained().history().steps();
    List<ModelBatch> frames = model.trained().history().keyframes();
    double[][] dimensionality = new double[frames.size()][];
    for (int k = 0; k < frames.size(); k++) {
      dimensionality[k] = Geometry.of(frames.get(k), 0).dimensionality();
    }
    double[] x = Arrays.stream(steps).asDoubleStream().map(s -> s + 1).toArray();
    List<XyChart.Series> curves = new ArrayList<>();
    for (int i = 0; i < FEATURES; i++) {
      double[] y = new double[x.length];
      for (int k = 0; k < x.length; k++) {
        y[k] = dimensionality[k][i];
      }
      curves.add(new XyChart.Series("feature " + i, XyChart.Mark.LINE, x, y));
    }
    for (String level : LEVELS) {
      double[] y = new double[x.length];
      Arrays.fill(y, Polytables.LINES.get(level));
      curves.add(new XyChart.Series(level, XyChart.Mark.DASHED, x, y));
    }
    double[] last = dimensionality[dimensionality.length - 1];
    return new Report(
        name(),
        "Discrete energy level jumps",
        """
        How does a model find its geometry? Here sixty equal features learn to share twelve \
        dimensions. They are rare enough that antipodal pairs are best: two features on one \
        dimension, in opposite directions. Each line of the first figure is one feature, and \
        shows the fraction of a dimension it has, over training: a half in an antipodal pair, \
        nearly nothing if it is not learned.

        At first all directions are short and random, and the lines mean little. Then every \
        feature is learned a little, in a mixture of many. At last the features part: %d of them \
        go to a half, and the other %d end below %s. A few leap when most already rest on their \
        level: by as much as %s of a dimension within a fifth of the steps taken so far. The loss \
        falls in steps as well, the last of them while the features part.

        The paper likens this to electrons that jump between the energy levels of an atom. In its \
        figure features also rest for a while at 2/5 or 2/3, in a shape that will not last; dashed \
        lines mark these levels here."""
            .formatted(
                halves(last),
                Arrays.stream(last).filter(d -> d <= NOT_LEARNED).count(),
                Figures.number(NOT_LEARNED),
                Figures.number(tallest(dimensionality))),
        List.of(
            new XyChart(
                "Feature dimensionality over training",
                "Each line is one feature. Dashed lines are the levels of regular shapes.",
                new XyChart.Axis("training step", true),
                new XyChart.Axis("dimensionality", false),
                curves),
            Figures.losses(
                "Loss over training",
                "The loss of the batch over the same steps.",
                List.of(model),
                Figures::density)),
        checks(dimensionality));
  }

  private static List<Check> checks(double[][] dimensionality) {
    double[] last = dimensionality[dimensionality.length - 1];
    long learned = Arrays.stream(last).filter(d -> d > NOT_LEARNED).count();
    return List.of(
        Check.atLeast(
            "share of learned features that end in antipodal pairs",
            PAPER,
            (double) halves(last) / learned,
            1),
        Check.atLeast(
            "tallest jump of a feature within a fifth of the steps taken so far, against the least"
                + " distance of two levels, 1/2 - 2/5",
            PAPER + "; that a fifth is sudden is said here, not there",
            tallest(dimensionality),
            LEAST_JUMP));
  }

  private static long halves(double[] dimensionality) {
    return Arrays.stream(dimensionality).filter(d -> Math.abs(d - 0.5) <= ON_LEVEL).count();
  }

  private static double tallest(double[][] dimensionality) {
    double tallest = 0;
    // Before anything is learned, dimensionality is that of random directions.
    for (int k = dimensionality.length / 2; k < dimensionality.length; k++) {
      for (int i = 0; i < FEATURES; i++) {
        double change =
            Math.abs(dimensionality[k][i] - dimensionality[Math.max(k - JUMP_FRAMES, 0)][i]);
        tallest = Math.max(tallest, change);
      }
    }
    return tallest;
  }
}
