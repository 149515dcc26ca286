package toymodels.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.Recording;
import toymodels.run.Trained;
import toymodels.run.Training;
import toymodels.train.Adam;
import toymodels.train.Backend;
import toymodels.train.Study;
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
  private static final int STEPS = 4000;
  private static final double LEARNING_RATE = 3e-3;

  @ParentCommand private Toymodels root;
  @Mixin private TrainingOptions options;

  /** Models of five features, each active one time in twenty, in two hidden dimensions. */
  static Study pentagon() {
    Task task =
        new Task(
            FeatureDistribution.independent(FEATURES, DENSITY), Importance.uniform(FEATURES, 1));
    TrainingPlan notebook = TrainingPlan.notebook();
    return new Study(
        new ModelShape(ModelKind.RELU_OUTPUT, FEATURES, 2),
        List.of(task),
        MODELS,
        notebook.withSteps(STEPS).withAdam(Adam.adamW(LEARNING_RATE, 0.01)));
  }

  @Override
  public Integer call() {
    Terminal terminal = root.terminal();
    Study study = pentagon();
    long started = System.nanoTime();
    Trained trained;
    try (Backend backend = options.open();
        ProgressLine progress =
            new ProgressLine(terminal, "demo", options.quiet(), System::nanoTime)) {
      trained = Training.train(backend, study, Recording.NOTHING, progress);
    }
    int best = best(trained.last().losses());
    ModelBatch model = trained.models().slice(best, 1);
    terminal
        .out()
        .printf(
            "%d models of %d features in 2 dimensions, %d steps each, in %s.%n",
            MODELS, FEATURES, STEPS, Quantity.time((System.nanoTime() - started) * 1e-9));
    terminal
        .out()
        .println("The best of them gives every feature its own direction, though there are two:");
    terminal.out().println();
    new Plane(model.encoder()).lines().forEach(terminal.out()::println);
    terminal.next("toymodels doctor");
    return 0;
  }

  private static int best(float[] losses) {
    int best = 0;
    for (int k = 1; k < losses.length; k++) {
      best = losses[k] < losses[best] ? k : best;
    }
    return best;
  }
}
