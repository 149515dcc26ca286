package toymodels.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import toymodels.model.ModelBatch;
import toymodels.run.config.ConfigException;
import toymodels.run.config.RunConfig;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.StorageException;
import toymodels.train.History;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;
import toymodels.train.TrainingEvent;

/**
 * One study of a run on disk: {@code config.resolved.toml}, {@code metrics.jsonl}, {@code
 * ckpt/step-000010000.safetensors} (the newest two) and parts of the history in {@code history/};
 * at the end {@code history.safetensors} (all keyframes) and {@code final.safetensors}. {@code
 * events.jsonl} is there if a viewer's changes belong to the training.
 */
public final class StudyDirectory {
  static final String CONFIG = "config.resolved.toml";
  static final String FINAL = "final.safetensors";
  static final String METRICS = "metrics.jsonl";
  static final String EVENTS = "events.jsonl";
  static final String CHECKPOINTS = "ckpt";
  static final String HISTORY = "history";
  static final int KEPT = 2;
  private static final Pattern STEP = Pattern.compile("step-([0-9]{9,10})\\.safetensors");

  private final Disk disk;
  private final Path path;
  private final RunConfig config;

  StudyDirectory(Disk disk, Path path, RunConfig config) {
    this.disk = disk;
    this.path = path;
    this.config = config;
  }

  /** Makes the directory's parts; the config last, since it marks a study that is complete. */
  static StudyDirectory create(Disk disk, Path path, RunConfig config) {
    StorageException.telling(
        "creating the run",
        path,
        () -> {
          disk.createDirectory(path.resolve(CHECKPOINTS));
          disk.createDirectory(path.resolve(HISTORY));
          return null;
        });
    AtomicFile.writeText(disk, path.resolve(CONFIG), config.toToml());
    return new StudyDirectory(disk, path, config);
  }

  /** Makes what lacks of {@link #create}'s directories: some ways to copy lose empty ones. */
  void complete() {
    for (String part : List.of(CHECKPOINTS, HISTORY)) {
      StorageException.telling(
          "making " + part,
          path.resolve(part),
          () -> {
            if (!Files.exists(path.resolve(part), LinkOption.NOFOLLOW_LINKS)) {
              disk.createDirectory(path.resolve(part));
            }
            return null;
          });
    }
  }

  /**
   * Opens the study of a directory.
   *
   * @throws ConfigException if its config is damaged
   * @throws StorageException if one of its parts is a symbolic link
   */
  static StudyDirectory open(Disk disk, Path path) {
    for (String part :
        List.of(CONFIG, FINAL, METRICS, EVENTS, CHECKPOINTS, HISTORY, HISTORY + ".safetensors")) {
      if (Files.isSymbolicLink(path.resolve(part))) {
        throw new StorageException(
            "the run's " + part + " is a symbolic link, which could lead out of the run",
            path.resolve(part),
            "replace the link by what it points to");
      }
    }
    return new StudyDirectory(disk, path, RunConfig.ofRun(path.resolve(CONFIG)));
  }

  public Path path() {
    return path;
  }

  public RunConfig config() {
    return config;
  }

  public Study study() {
    return config.study();
  }

  Disk disk() {
    return disk;
  }

  Metrics metrics() {
    return new Metrics(disk, path.resolve(METRICS), study().models());
  }

  /**
   * Changes that training makes at their steps, as a viewer has asked for them; none for most runs.
   *
   * @throws DamagedFileException if the file is not a list of changes
   */
  public List<TrainingEvent> events() {
    return new EventLog(disk, path.resolve(EVENTS)).read(study().plan().steps());
  }

  /** Keeps changes for {@link RunTraining} to repeat. */
  public void keepEvents(List<TrainingEvent> events) {
    new EventLog(disk, path.resolve(EVENTS)).write(events);
  }

  Path finalFile() {
    return path.resolve(FINAL);
  }

  Path checkpointFile(int step) {
    return path.resolve(CHECKPOINTS).resolve(name(step));
  }

  /** All keyframes, once the study is finished. */
  Path historyFile() {
    return path.resolve(HISTORY + ".safetensors");
  }

  /** A part of the history, by its last step. */
  Path historyPart(int step) {
    return path.resolve(HISTORY).resolve(name(step));
  }

  /** The parts of the history, in order. */
  List<Path> historyParts() {
    return steps(HISTORY).stream().map(this::historyPart).toList();
  }

  private static String name(int step) {
    return String.format(Locale.ROOT, "step-%09d.safetensors", step);
  }

  /** Whether the study was trained to its end. */
  public boolean finished() {
    return Files.isRegularFile(finalFile(), LinkOption.NOFOLLOW_LINKS);
  }

  /** The step of the newest saved state, by its name alone; 0 if there is none. */
  public int lastStep() {
    return finished()
        ? study().plan().steps()
        : steps(CHECKPOINTS).stream().reduce((a, b) -> b).orElse(0);
  }

  /** Steps of all files in a part of the study, ascending. */
  List<Integer> steps(String part) {
    List<Integer> steps = new ArrayList<>();
    for (Path file : list(part)) {
      Matcher matcher = STEP.matcher(file.getFileName().toString());
      if (matcher.matches() && Long.parseLong(matcher.group(1)) <= Integer.MAX_VALUE) {
        steps.add(Integer.parseInt(matcher.group(1)));
      }
    }
    steps.sort(Comparator.naturalOrder());
    return steps;
  }

  List<Path> list(String part) {
    Path directory = path.resolve(part);
    return StorageException.telling(
        "listing " + part,
        directory,
        () -> {
          if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
          }
          try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
          }
        });
  }

  /**
   * The final models, checked.
   *
   * @throws DamagedFileException if the file is altered or of another config
   * @throws StorageException if there is none yet
   */
  public SavedModels finalModels() {
    SavedModels models = SavedModels.read(finalFile());
    requireOurs(finalFile(), models.metadata());
    int end = study().plan().steps();
    if (models.state().step() != end) {
      throw new DamagedFileException(
          finalFile(),
          "it holds step %d, the study ends at %d".formatted(models.state().step(), end),
          "put back the run's own file");
    }
    return models;
  }

  /** What was trained, with its history and losses, read back. */
  public TrainedStudy trained() {
    return new TrainedStudy(study(), finalModels().state(), history(), metrics().read());
  }

  /** The keyframes that are kept so far. */
  public History history() {
    boolean whole = Files.isRegularFile(historyFile(), LinkOption.NOFOLLOW_LINKS);
    return history(whole ? List.of(historyFile()) : historyParts());
  }

  History history(List<Path> files) {
    List<Integer> steps = new ArrayList<>();
    List<ModelBatch> keyframes = new ArrayList<>();
    for (Path file : files) {
      Keyframes.read(
          file,
          study().shape(),
          study().models(),
          metadata -> requireOurs(file, metadata),
          (step, parameters) -> {
            steps.add(step);
            keyframes.add(parameters);
          });
    }
    return new History(steps.stream().mapToInt(Integer::intValue).toArray(), keyframes);
  }

  /** Writes a part of the history, named by its last step. */
  void writeHistoryPart(History frames, Map<String, String> metadata) {
    Path part = historyPart(frames.steps()[frames.steps().length - 1]);
    Keyframes.write(disk, part, config, metadata, frames);
  }

  /**
   * Fails unless models were trained by this study's config; only the number of steps may differ,
   * since a run can be made longer.
   */
  void requireOurs(Path file, Map<String, String> metadata) {
    int planned = SavedModelsReader.steps(metadata.get("steps"));
    boolean possible = planned >= Math.max(1, study().plan().warmup());
    if (!possible
        || !config
            .withStudy(study().withPlan(study().plan().withSteps(planned)))
            .sha256()
            .equals(metadata.get("config_sha256"))) {
      throw new DamagedFileException(
          file,
          "it was trained by another config than the run's",
          "put back the run's own file, or its own " + CONFIG);
    }
  }

  /** Bytes that training will take on the disk at most. */
  long bytesNeeded() {
    long parameters = study().shape().parameters() * Float.BYTES * study().models();
    long state = 3 * parameters + 16L * study().models();
    int keyframes = config.recording().keyframes();
    return (KEPT + 2) * state
        + 2L * keyframes * parameters
        + config.recording().losses() * 12L * study().models();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
