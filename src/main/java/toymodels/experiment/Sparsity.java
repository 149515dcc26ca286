package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Figure;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.Adam;
import toymodels.train.GradientEstimator;
import toymodels.train.Initialization;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;
import toymodels.train.TrainingPlan;

/** Linear against ReLU: how many features are represented as they get sparser. */
final class Sparsity implements Experiment {
  /** The densities of the paper's figure: a sparsity of 0 to 99.9 %. */
  static final double[] DENSITIES = {1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001};

  /** How many of them, the densest, are trained in batches of the usual size. */
  private static final int COMMON = 4;

  @Override
  public String name() {
    return "sparsity";
  }

  @Override
  public String summary() {
    return "a linear model keeps as many features as dimensions, a ReLU model more and more";
  }

  @Override
  public String figure() {
    return "Demonstrating Superposition, Basic Results";
  }

  @Override
  public List<Study> studies(Scale scale) {
    boolean quick = scale == Scale.QUICK;
    List<Study> studies = new ArrayList<>();
    studies.add(
        new Study(
            new ModelShape(ModelKind.LINEAR, 20, 5),
            tasks(20, 0.7, DENSITIES),
            1,
            Plans.cosine(6000, 1024, 5e-3, 0.2)));
    double[] common = Arrays.copyOf(DENSITIES, COMMON);
    double[] rare = Arrays.copyOfRange(DENSITIES, COMMON, DENSITIES.length);
    // Rare features need large batches: of 1024 samples, one has a feature of density 0.001. They
    // are drawn by their active features, which takes a small part of the time.
    TrainingPlan commonPlan =
        quick ? Plans.cosine(4000, 1024, 5e-3, 0.05) : Plans.cosine(12_000, 2048, 5e-3, 0.05);
    TrainingPlan rarePlan =
        (quick ? Plans.cosine(4000, 4096, 1e-2, 0.05) : Plans.cosine(10_000, 8192, 1e-2, 0.05))
            .withEstimator(GradientEstimator.IID_SPARSE);
    ModelShape small = new ModelShape(ModelKind.RELU_OUTPUT, 20, 5);
    ModelShape large = new ModelShape(ModelKind.RELU_OUTPUT, 80, 20);
    studies.add(new Study(small, tasks(20, 0.7, common), quick ? 20 : 50, commonPlan));
    studies.add(new Study(small, tasks(20, 0.7, rare), quick ? 10 : 30, rarePlan));
    studies.add(new Study(large, tasks(80, 0.9, common), quick ? 1 : 4, commonPlan));
    studies.add(new Study(large, tasks(80, 0.9, rare), quick ? 1 : 2, rarePlan));
    TrainingPlan notebook = TrainingPlan.notebook();
    // Half the steps at twice the rate, on half the samples.
    TrainingPlan brief = notebook.withSteps(5000).withBatch(512).withAdam(Adam.adamW(2e-3, 0.01));
    studies.add(notebook(quick ? 1 : 3, quick ? brief : notebook));
    return studies;
  }

  private static List<Task> tasks(int features, double decay, double... densities) {
    return Arrays.stream(densities)
        .mapToObj(
            p ->
                new Task(
                    FeatureDistribution.independent(features, p),
                    Importance.geometric(features, decay)))
        .toList();
  }

  /** The notebook's 20 levels of sparsity, density 20^(−k/19), and importance 100^(−i/99). */
  private static Study notebook(int runs, TrainingPlan plan) {
    double[] densities = new double[20];
    Arrays.setAll(densities, k -> StrictMath.pow(20, -k / 19.0));
    return new Study(
        new ModelShape(ModelKind.RELU_OUTPUT, 100, 20),
        tasks(100, StrictMath.pow(100, -1 / 99.0), densities),
        runs,
        plan.withInitialization(Initialization.of(Initialization.Scheme.NOTEBOOK, 20)));
  }

  @Override
  public RecordingSchedule recording(Scale scale) {
    return new RecordingSchedule(0, 100);
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> linear = SelectedModel.bestOfEach(trained.get(0));
    List<SelectedModel> small = bestOfEach(trained.subList(1, 3));
    List<SelectedModel> large = bestOfEach(trained.subList(3, 5));
    List<SelectedModel> notebook = SelectedModel.bestOfEach(trained.get(5));
    return new Report(
        name(),
        "What sparsity does",
        """
        The same task for two models: squeeze many features through few dimensions and restore \
        them. The linear model can do no better than principal component analysis: it keeps as \
        many features as it has dimensions, whatever their sparsity. The other model differs by \
        one ReLU at its output, which replaces negative values by zero and so filters out small \
        interference. That changes everything: as features become sparser it represents more and more of them, first as \
        opposite pairs with a bias of zero, then, below a density of about 0.03, with negative \
        biases that absorb positive interference too.

        In each panel the matrix WᵀW shows what reaches which output: a feature kept by itself \
        is one bright square on the diagonal, interference is colour beside it. The bars are the \
        norms of the directions, about 1 for a feature that is represented; their colour shows \
        how much its direction is shared.""",
        figures(linear, small, large, notebook),
        SparsityClaims.of(linear, small, large, trained.get(5)));
  }

  private static List<SelectedModel> bestOfEach(List<TrainedStudy> studies) {
    return studies.stream().flatMap(study -> SelectedModel.bestOfEach(study).stream()).toList();
  }

  private static List<Figure> figures(
      List<SelectedModel> linear,
      List<SelectedModel> small,
      List<SelectedModel> large,
      List<SelectedModel> notebook) {
    List<SelectedModel> panels = new ArrayList<>();
    panels.add(linear.get(linear.size() - 1));
    panels.addAll(small);
    int replicas = small.get(small.size() - 1).trained().study().replicas();
    return List.of(
        Figures.matrices(
            "Twenty features, five dimensions",
            "First the linear model, then the ReLU model from dense to sparse, the best of %d or more at each density. Importance falls as 0.7 to the power of the feature's index."
                .formatted(replicas),
            panels,
            p ->
                (p.trained().study().shape().kind() == ModelKind.LINEAR ? "linear, " : "")
                    + Figures.density(p)),
        Figures.matrices(
            "Eighty features, twenty dimensions",
            "The same at four times the size, importance 0.9 to the power of the index: the same kinds of structure appear.",
            large,
            Figures::density),
        Figures.matrices(
            "The notebook's hundred features",
            "Every other of the official notebook's twenty levels: 100 features in 20 dimensions, importance falling from 1 to 0.01.",
            everyOther(notebook),
            Figures::density),
        new XyChart(
            "Features represented",
            "Features with a norm above 0.5 against density, beside those counted in the paper's figure. The linear models stay at their number of dimensions.",
            new XyChart.Axis("density", true),
            new XyChart.Axis("features represented", false),
            List.of(
                counts("linear, 20 features in 5", linear),
                counts("ReLU, 20 features in 5", small),
                counts("ReLU, 80 features in 20", large),
                counts("ReLU, 100 features in 20", notebook),
                read("paper, 20 in 5, read off", 5, 7, 9, 10, 12, 13, 13),
                read("paper, 80 in 20, read off", 20, 26, 32, 41, 49, 55, 50))));
  }

  /** Bars longer than 0.5 in the paper's figure, measured on its pixels, at {@link #DENSITIES}. */
  private static XyChart.Series read(String name, double... counts) {
    return new XyChart.Series(name, XyChart.Mark.POINTS, DENSITIES, counts);
  }

  private static List<SelectedModel> everyOther(List<SelectedModel> picks) {
    return IntStream.range(0, picks.size()).filter(k -> k % 2 == 0).mapToObj(picks::get).toList();
  }

  private static XyChart.Series counts(String name, List<SelectedModel> picks) {
    return new XyChart.Series(
        name,
        XyChart.Mark.LINE_AND_POINTS,
        picks.stream().mapToDouble(SelectedModel::density).toArray(),
        picks.stream().mapToDouble(SelectedModel::live).toArray());
  }
}
