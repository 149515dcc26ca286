package toymodels.experiment;

import java.util.List;
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

/** Features of which only one is active at a time are stored as opposites, for free. */
final class Anticorrelated implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Correlated and Anticorrelated Features";
  private static final int SHOWN = 5;

  @Override
  public String name() {
    return "anticorrelated";
  }

  @Override
  public String summary() {
    return "features that never occur together are stored as opposites, at no cost";
  }

  @Override
  public String figure() {
    return "Correlated and Anticorrelated Features, middle";
  }

  @Override
  public List<Study> studies(Scale scale) {
    Task task =
        Task.equallyImportant(FeatureDistribution.coupled(Coupling.ANTICORRELATED, 2, 2, 0.05));
    return List.of(
        new Study(
            new ModelShape(ModelKind.RELU_OUTPUT, 4, 2),
            List.of(task),
            scale == Scale.QUICK ? 40 : 100,
            Plans.linear(4000, 1024, 5e-3, 0.2)));
  }

  @Override
  public RecordingSchedule recording(Scale scale) {
    return new RecordingSchedule(40, 0);
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> picks = SelectedModel.ranked(trained.get(0), 0).subList(0, SHOWN);
    Geometry best = picks.get(0).geometry();
    return new Report(
        name(),
        "Anticorrelated features",
        """
        Two features are anticorrelated when one of them excludes the other. Here there are two \
        such pairs, and at most one feature of each pair is present at a time.

        An antipodal pair of directions costs something only when both its features are present \
        at once: then they cancel. Anticorrelated features never are, so the model stores each \
        pair as opposites in one dimension, and loses nothing at all: four features in two \
        dimensions with a loss of zero.""",
        List.of(
            Figures.directions(
                "Two anticorrelated pairs",
                "The five best solutions. Features 0 and 1, of one colour, exclude each other, and so do features 2 and 3.",
                picks,
                p -> "loss " + Figures.number(p.loss())),
            Figures.polytopes(
                "Training, step by step",
                "The five best solutions.",
                picks,
                p -> "model " + p.model())),
        List.of(
            Check.near("angle within the first pair, in degrees", PAPER, best.angle(0, 1), 180, 3),
            Check.near("angle within the second pair, in degrees", PAPER, best.angle(2, 3), 180, 3),
            Check.atMost("loss", "closed form: exactly 0", picks.get(0).loss(), 1e-5)));
  }
}
