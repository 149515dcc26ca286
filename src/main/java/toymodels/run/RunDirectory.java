package toymodels.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import toymodels.run.config.RunConfig;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.Disk;
import toymodels.run.file.PrintableText;
import toymodels.run.file.StorageException;
import toymodels.train.Backend;
import toymodels.train.TrainedStudy;

/**
 * A run on disk. The files of its only study lie in the run itself, those of several studies in
 * {@code study-0}, {@code study-1}, ...; beside them {@code provenance.json} and {@code run.log}.
 * Nothing outside the run is ever written.
 *
 * <p>A run that is created or resumed belongs to this process until it is closed; one that is
 * opened can only be read.
 */
public final class RunDirectory implements AutoCloseable {
  private static final String LOG = "run.log";
  private static final int MAX_STUDIES = 100_000;

  private final Disk disk;
  private final Path path;
  private final RunLock lock;
  private final Provenance provenance;
  private final List<StudyDirectory> studies;

  private RunDirectory(
      Disk disk, Path path, RunLock lock, Provenance provenance, List<StudyDirectory> studies) {
    this.disk = disk;
    this.path = path;
    this.lock = lock;
    this.provenance = provenance;
    this.studies = List.copyOf(studies);
  }

  /**
   * Makes a new run.
   *
   * @param path where; must not exist, or be an empty directory
   * @param origin where it comes from
   * @param configs its studies, at least one
   * @throws StorageException if the place is taken or cannot be written, or the disk is too full
   * @throws toymodels.run.config.ConfigException if a study has too many tasks to write them down
   */
  public static RunDirectory create(Path path, RunRequest origin, List<RunConfig> configs) {
    return create(Disk.LOCAL, path, origin, configs);
  }

  static RunDirectory create(Disk disk, Path path, RunRequest origin, List<RunConfig> configs) {
    if (configs.isEmpty() || configs.size() > MAX_STUDIES) {
      throw new IllegalArgumentException(
          "a run of %d studies, allowed are 1 to %d".formatted(configs.size(), MAX_STUDIES));
    }
    configs.forEach(RunConfig::requireReadable);
    RunPlace place = new RunPlace(disk, path);
    place.makeRoom();
    RunLock lock;
    try {
      lock = RunLock.take(path);
    } catch (RuntimeException e) {
      place.leave();
      throw e;
    }
    boolean ours = false;
    try {
      place.clear();
      ours = true;
      Provenance provenance = Provenance.create(disk, path, origin);
      List<StudyDirectory> studies = new ArrayList<>();
      // From the last to the first, whose config then tells that all are there.
      for (int i = configs.size() - 1; i >= 0; i--) {
        Path folder = path;
        if (configs.size() > 1) {
          folder = studyPath(path, i);
          disk.createDirectory(folder);
        }
        studies.add(0, StudyDirectory.create(disk, folder, configs.get(i)));
      }
      RunDirectory run = new RunDirectory(disk, path, lock, provenance, studies);
      run.requireSpace();
      run.log("created by: " + origin.command());
      return run;
    } catch (IOException | RuntimeException e) {
      if (ours) {
        place.takeBack();
      }
      lock.close();
      throw e instanceof RuntimeException r ? r : StorageException.of("creating the run", path, e);
    }
  }

  static Path studyPath(Path run, int index) {
    return run.resolve("study-" + index);
  }

  /**
   * Takes up a run that was stopped, in whatever way.
   *
   * @throws StorageException if there is no run, or another process has it
   * @throws toymodels.run.config.ConfigException if its config is damaged
   */
  public static RunDirectory resume(Path path) {
    return resume(path, config -> config);
  }

  /**
   * Takes up a run with other steps or checkpoints.
   *
   * @param change makes the new config of every study from its old one
   * @throws toymodels.run.config.ConfigException if another key than train.steps and checkpoint.*
   *     changes, naming all that do
   */
  public static RunDirectory resume(Path path, UnaryOperator<RunConfig> change) {
    return resume(Disk.LOCAL, path, change);
  }

  static RunDirectory resume(Disk disk, Path path, UnaryOperator<RunConfig> change) {
    requireRun(path);
    RunLock lock = RunLock.take(path);
    try {
      List<StudyDirectory> before = studies(disk, path);
      List<String> doubts = new ResumedFiles(disk, path, before).check();
      before.forEach(StudyDirectory::complete);
      List<StudyDirectory> studies =
          before.stream().map(s -> new ConfigChange(path, s).to(change.apply(s.config()))).toList();
      Provenance provenance = Provenance.read(disk, path);
      RunDirectory run = new RunDirectory(disk, path, lock, provenance, studies);
      doubts.forEach(run::log);
      lock.abandonedBy()
          .ifPresent(who -> run.log("took over from %s, which did not end well".formatted(who)));
      return run;
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Opens a run to read it, also while another process trains it.
   *
   * @throws StorageException if there is no run
   */
  public static RunDirectory open(Path path) {
    requireRun(path);
    return new RunDirectory(
        Disk.LOCAL, path, null, Provenance.read(Disk.LOCAL, path), studies(Disk.LOCAL, path));
  }

  /** Whether a directory looks like a run, so that {@link #open} is worth trying. */
  public static boolean isRun(Path path) {
    return Files.exists(path.resolve(StudyDirectory.CONFIG), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(studyPath(path, 0).resolve(StudyDirectory.CONFIG));
  }

  private static void requireRun(Path path) {
    if (!isRun(path)) {
      throw new StorageException(
          "there is no run here: " + StudyDirectory.CONFIG + " is missing",
          path,
          Files.exists(path.resolve(Provenance.NAME))
              ? "it ended before anything was trained: delete it and start again"
              : "give the directory that 'train' or 'reproduce' wrote");
    }
  }

  private static List<StudyDirectory> studies(Disk disk, Path path) {
    if (Files.exists(path.resolve(StudyDirectory.CONFIG), LinkOption.NOFOLLOW_LINKS)) {
      return List.of(StudyDirectory.open(disk, path));
    }
    List<StudyDirectory> studies = new ArrayList<>();
    for (int i = 0; i < MAX_STUDIES; i++) {
      Path place = studyPath(path, i);
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        break;
      }
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        throw new StorageException(
            "the run's part is no directory, or a symbolic link", place, "put the directory back");
      }
      studies.add(StudyDirectory.open(disk, place));
    }
    return studies;
  }

  private void requireSpace() {
    long needed = studies.stream().mapToLong(StudyDirectory::bytesNeeded).sum();
    OptionalLong free = disk.usableSpace(path);
    if (free.isPresent() && needed > free.getAsLong()) {
      throw new StorageException(
          "the run needs up to %d bytes, but %d are free".formatted(needed, free.getAsLong()),
          path,
          "free some space, or keep less: [history] keyframes = 0");
    }
  }

  public Path path() {
    return path;
  }

  public RunRequest origin() {
    return provenance.origin();
  }

  /** The text of {@code provenance.json}. */
  public String provenance() {
    return provenance.text();
  }

  public List<StudyDirectory> studies() {
    return studies;
  }

  /** Whether every study was trained to its end. */
  public boolean finished() {
    return studies.stream().allMatch(StudyDirectory::finished);
  }

  /** Whether a process has the run just now, this one or another. */
  public boolean inUse() {
    return lock != null || RunLock.isHeld(path);
  }

  /** Every study with its history and losses, read back from a finished run. */
  public List<TrainedStudy> trained() {
    return studies.stream().map(StudyDirectory::trained).toList();
  }

  /** Adds a line to {@code run.log}, with the time. */
  public void log(String line) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    var bytes = (now + " " + PrintableText.printable(line) + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.append(disk, path.resolve(LOG), out -> out.bytes(bytes), false);
  }

  void start(Backend backend, int threads) {
    if (lock == null) {
      throw new IllegalStateException("a run that was opened to be read cannot be trained");
    }
    Manifest.remove(disk, path);
    provenance.start(backend, studies.stream().map(StudyDirectory::study).toList(), threads);
  }

  /** Ends what {@link #start} began; the manifest is written last, since it covers all else. */
  void finish(Duration took, RunOutcome outcome) {
    provenance.finish(took, outcome);
    log(outcome.stopped() ? "stopped as asked, all saved" : "finished");
    new RunFiles(path)
        .manifest(studies.stream().map(StudyDirectory::config).toList())
        .write(disk, path);
  }

  /**
   * Lets a report or an export write into a finished run; its manifest then knows the new files,
   * and is silent on them meanwhile, whenever the process ends.
   *
   * @param names which files, by their path in the run
   * @throws StorageException if another process has the run
   */
  public void derive(Predicate<String> names, StorageException.Operation<?> writing)
      throws IOException {
    if (!Manifest.exists(path)) {
      writing.run();
      return;
    }
    RunLock own = lock == null ? RunLock.take(path) : null;
    try (own) {
      Manifest others = Manifest.read(path).without(names);
      others.write(disk, path);
      writing.run();
      others.with(new RunFiles(path).entries(names)).write(disk, path);
    }
  }

  /** What was recorded of the sessions. */
  Provenance sessions() {
    return provenance;
  }

  @Override
  public void close() {
    if (lock != null) {
      lock.close();
    }
  }
}
