package toymodels.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;
import toymodels.analysis.ExactLoss;
import toymodels.analysis.Geometry;
import toymodels.analysis.Selection;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Backend;
import toymodels.train.InMemoryTraining;
import toymodels.train.Initialization;
import toymodels.train.RecordingSchedule;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;
import toymodels.train.TrainingPlan;

/** Five sparse features folding into a pentagon: superposition in a few seconds. */
@Command(
    name = "demo",
    description = "Trains five features in two dimensions and draws what they become.",
    footer = {"", "Example:", "  toymodels demo"})
final class Demo implements Callable<Integer> {
  private static final int FEATURES = 5;
  private static final double DENSITY = 0.05;
  private static final int MODELS = 8;
  private static final int STEPS = 3000;

  /** A direction at least this long stands for a feature; the others have shrunk to nothing. */
  private static final double LIVE = 0.5;

  @ParentCommand private Toymodels root;
  @Mixin private TrainingOptions options;

  /** Models of five features, each active one time in twenty, in two hidden dimensions. */
  private static Study pentagon() {
    Task task = Task.equallyImportant(FeatureDistribution.independent(FEATURES, DENSITY));
    TrainingPlan plan =
        TrainingPlan.notebook()
            .withSteps(STEPS)
            .withAdam(Adam.adam(5e-3))
            .withSchedule(Schedule.LINEAR)
            .withInitialization(Initialization.fixed(0.26));
    return new Study(
        new ModelShape(ModelKind.RELU_OUTPUT, FEATURES, 2), List.of(task), MODELS, plan);
  }

  @Override
  public Integer call() {
    Terminal terminal = root.terminal();
    Study study = pentagon();
    long started = System.nanoTime();
    TrainedStudy trained;
    try (Backend backend = options.open(terminal, List.of(study));
        ProgressLine progress =
            new ProgressLine(terminal, "demo", options.quiet(), System::nanoTime)) {
      trained = InMemoryTraining.train(backend, study, RecordingSchedule.NOTHING, progress);
    }
    double[] losses = ExactLoss.of(study, trained.models());
    int best = Selection.best(losses, 0, MODELS);
    draw(terminal.out(), Geometry.of(trained.models(), best), losses[best]);
    if (!options.quiet()) {
      terminal
          .err()
          .printf(
              "trained %d models of %d steps in %s%n",
              MODELS, STEPS, Units.time((System.nanoTime() - started) * 1e-9));
    }
    terminal.next("toymodels reproduce intro");
    return 0;
  }

  private static void draw(PrintWriter out, Geometry geometry, double loss) {
    out.printf("%d features, each present one time in twenty, learn to pass through%n", FEATURES);
    out.println("two dimensions and be told apart. Each digit is the direction of one feature:");
    new AsciiPlot(geometry.vectors()).lines().forEach(out::println);
    double[] norms = geometry.norms();
    double[] gaps = geometry.adjacentAngles(LIVE);
    out.printf(
        "%d directions, lengths %.2f to %.2f, neighbours %.0f to %.0f degrees apart, loss %.4f%n",
        gaps.length, min(norms), max(norms), min(gaps), max(gaps), loss);
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElse(Double.NaN);
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElse(Double.NaN);
  }
}
