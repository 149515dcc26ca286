package toymodels.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.interop.SceneFactory;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.RunDirectory;
import toymodels.run.StudyDirectory;
import toymodels.run.file.Npy;
import toymodels.run.file.Safetensors;
import toymodels.run.file.TensorInfo;
import toymodels.train.Adam;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;
import toymodels.train.TrainingPlan;
import toymodels.viewer.KeyframeScenes;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneInfo;
import toymodels.viewer.SceneSource;
import toymodels.viewer.StudySelector;
import toymodels.viewer.Timeline;

/** What {@code view} can look at. */
final class ViewSources {
  /** Vectors beyond this would not be seen one by one. */
  private static final int MOST_VECTORS = 1 << 22;

  private ViewSources() {}

  /** The paper's first figure, alive: five features in two dimensions, ever sparser. */
  static Study intro(int steps) {
    List<Task> tasks = new ArrayList<>();
    for (double density : new double[] {1, 0.4, 0.2, 0.1, 0.07, 0.05}) {
      tasks.add(
          new Task(FeatureDistribution.independent(5, density), Importance.geometric(5, 0.9)));
    }
    return new Study(
        new ModelShape(ModelKind.RELU_OUTPUT, 5, 2),
        tasks,
        2,
        TrainingPlan.notebook()
            .withSteps(steps)
            .withAdam(Adam.adam(5e-3))
            .withSchedule(Schedule.LINEAR));
  }

  /**
   * A finished run, or a file of vectors.
   *
   * @param study the one of a run to show first, from 1
   */
  static SceneSource of(Path path, int study) {
    if (Files.isDirectory(path)) {
      return run(path, study);
    }
    if (!Files.exists(path)) {
      throw new CommandError(
          ErrorKind.STORAGE,
          "there is no such file or run",
          path.toString(),
          "check the name, or make a run: toymodels train CONFIG.toml --out DIR");
    }
    String name = path.getFileName().toString();
    if (name.endsWith(".safetensors")) {
      return safetensors(path, name);
    }
    if (name.endsWith(".npy")) {
      Npy.Numbers numbers = Npy.read(path);
      return still(path, name, numbers.shape(), numbers.values(), Optional.empty());
    }
    throw new CommandError(
        ErrorKind.FILE,
        "'%s' is nothing to look at".formatted(path),
        path.toString(),
        "give a run's directory, a .safetensors or .npy file, or 'intro'");
  }

  private static SceneSource run(Path path, int first) {
    try (RunDirectory run = RunDirectory.open(path)) {
      List<StudyDirectory> all = run.studies();
      if (first < 1 || first > all.size()) {
        throw new CommandError(
            ErrorKind.USAGE,
            "the run has no study %d: it has %d".formatted(first, all.size()),
            path.toString(),
            "give --study 1 to " + all.size());
      }
      String name = path.toAbsolutePath().normalize().getFileName().toString();
      List<Supplier<SceneSource>> sources = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        StudyDirectory one = all.get(i);
        String title =
            all.size() == 1 ? name : "%s, study %d of %d".formatted(name, i + 1, all.size());
        sources.add(() -> study(title, one));
      }
      return new StudySelector(sources, first - 1);
    }
  }

  /** The end of a study with its history. */
  private static SceneSource study(String title, StudyDirectory directory) {
    TrainedStudy trained = directory.trained();
    Study study = trained.study();
    SceneInfo cast = new SceneFactory(title).info(study);
    List<Scene> scenes = new ArrayList<>();
    int[] steps = trained.history().steps();
    for (int i = 0; i < steps.length; i++) {
      if (steps[i] < trained.last().step()) {
        float[] unknown = new float[study.models()];
        Arrays.fill(unknown, Float.NaN);
        scenes.add(
            SceneFactory.scene(cast, steps[i], trained.history().keyframes().get(i), unknown));
      }
    }
    scenes.add(
        SceneFactory.scene(cast, trained.last().step(), trained.models(), trained.last().losses()));
    return new KeyframeScenes(scenes, timeline(trained, scenes));
  }

  private static Timeline timeline(TrainedStudy trained, List<Scene> scenes) {
    float[][] rows = trained.losses().losses();
    float[] means = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (float loss : rows[i]) {
        means[i] += loss / rows[i].length;
      }
    }
    int[] keyframes = scenes.stream().mapToInt(Scene::step).toArray();
    return new Timeline(trained.losses().steps(), means, keyframes, trained.study().plan().steps());
  }

  private static SceneSource safetensors(Path path, String name) {
    try (Safetensors file = Safetensors.open(path)) {
      TensorInfo info =
          file.find("W")
              .or(() -> file.tensors().stream().filter(t -> t.shape().length >= 2).findFirst())
              .orElseThrow(() -> nothing(path, "no array of two or three dimensions"));
      Optional<float[]> biases = file.find("b_final").map(file::floats);
      return still(path, name, info.shape(), file.floats(info), biases);
    }
  }

  private static SceneSource still(
      Path path, String name, long[] shape, float[] directions, Optional<float[]> biases) {
    if (shape.length < 2 || shape.length > 3) {
      throw nothing(path, "the array has shape " + Arrays.toString(shape));
    }
    long models = shape.length == 3 ? shape[0] : 1;
    long features = shape[shape.length - 2];
    long hidden = shape[shape.length - 1];
    if (models < 1 || features < 1 || hidden < 1 || models * features > MOST_VECTORS) {
      throw nothing(path, "the array has shape " + Arrays.toString(shape));
    }
    SceneInfo cast = SceneInfo.unknown(name, (int) models, (int) features, (int) hidden);
    float[] losses = new float[cast.models()];
    Arrays.fill(losses, Float.NaN);
    float[] known =
        biases.filter(b -> b.length == cast.vectors()).orElseGet(() -> new float[cast.vectors()]);
    return SceneSource.still(new Scene(cast, 0, directions, known, losses));
  }

  private static CommandError nothing(Path path, String what) {
    return new CommandError(
        ErrorKind.FILE,
        "there are no vectors to look at: " + what,
        path.toString(),
        "give an array (features, hidden) or (models, features, hidden), best named W");
  }
}
