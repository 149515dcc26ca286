package toymodels.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import toymodels.report.Figure;
import toymodels.report.Report;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** What a run of somebody's own config shows: its best models, and how they were found. */
public final class PlainRun {
  /** Panels that are still told apart on one page. */
  private static final int MOST_PANELS = 12;

  /** Features up to which a Gram matrix of a panel can be read, and vectors be drawn. */
  private static final int MOST_FEATURES = 100;

  private PlainRun() {}

  /**
   * The figures of a run.
   *
   * @param name what to call it
   * @param trained its studies
   */
  public static Report report(String name, List<TrainedStudy> trained) {
    List<Figure> figures = new ArrayList<>();
    List<String> paragraphs = new ArrayList<>();
    for (TrainedStudy one : trained) {
      paragraphs.add(describe(one.study()));
      figures.addAll(figures(one));
    }
    return new Report(name, name, String.join("\n\n", paragraphs), figures, List.of());
  }

  private static String describe(Study study) {
    return ("%d models of kind %s with %d features and %d hidden dimensions, %d of each of %d tasks,"
            + " %d steps of %d samples. Figures show the best model of a task by its loss on"
            + " held-out samples.")
        .formatted(
            study.models(),
            study.shape().kind().configName(),
            study.shape().features(),
            study.shape().hidden(),
            study.replicas(),
            study.tasks().size(),
            study.plan().steps(),
            study.plan().batch());
  }

  private static List<Figure> figures(TrainedStudy trained) {
    List<SelectedModel> picks = picks(trained);
    Function<SelectedModel, String> label =
        pick ->
            "task %d, %s"
                .formatted(
                    trained.study().taskIndex(pick.model()), pick.task().inputs().densityText());
    List<Figure> figures = new ArrayList<>();
    if (trained.study().shape().features() <= MOST_FEATURES) {
      if (trained.study().shape().hidden() == 2) {
        figures.add(
            Figures.directions(
                "Features in the plane",
                "Each point is the direction Wᵢ of one feature, coloured by its importance.",
                picks,
                label));
      }
      if (trained.study().shape().hidden() >= 2) {
        figures.add(
            Figures.polytopes(
                "Training, step by step",
                "Feature directions of one model, over its training: turn it, move the slider.",
                picks,
                label));
      }
      figures.add(
          Figures.matrices(
              "Features and their interference",
              "WᵀW and biases as colours; beside them the norm of each feature, coloured by how"
                  + " much others interfere with it.",
              picks,
              label));
    }
    if (trained.losses().steps().length > 0) {
      figures.add(
          Figures.losses(
              "Loss over training",
              "The loss of the batch. Losses at different densities are not comparable: sparse"
                  + " inputs have less to lose.",
              picks,
              label));
    }
    return figures;
  }

  /** The best models of tasks spread evenly over all tasks. */
  private static List<SelectedModel> picks(TrainedStudy trained) {
    int tasks = trained.study().tasks().size();
    int panels = Math.min(tasks, MOST_PANELS);
    List<SelectedModel> picks = new ArrayList<>();
    for (int i = 0; i < panels; i++) {
      picks.add(SelectedModel.best(trained, panels == 1 ? 0 : i * (tasks - 1) / (panels - 1)));
    }
    return picks;
  }
}
