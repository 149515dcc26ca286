package toymodels.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import toymodels.run.config.RunConfig;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.Disk;
import toymodels.run.file.ProblemException;
import toymodels.run.file.Safetensors;
import toymodels.run.file.Sha256;
import toymodels.run.file.StorageException;

/** The files of a directory of results, as its {@link Manifest} knows them. */
final class RunFiles {
  /** What reports and exports make of the results; they come and go, and can be made again. */
  private static final Pattern DERIVED =
      Pattern.compile("report\\.html|figures(/.*)?|models\\.(npz|csv|safetensors)");

  /**
   * What a process that ended while writing leaves; {@code .report.html.unfinished} is one, too.
   */
  private static final Pattern LEFTOVER = Pattern.compile("(.*/)?\\..*\\.unfinished");

  private final Path directory;

  RunFiles(Path directory) {
    this.directory = directory;
  }

  static boolean isDerived(String path) {
    return DERIVED.matcher(path).matches();
  }

  /** The manifest of all that there is now. */
  Manifest manifest(List<RunConfig> configs) {
    return new Manifest(
        configs.stream().map(RunConfig::sha256).toList(), runs(), entries(path -> true));
  }

  /** Files of some names, by path. */
  List<Manifest.Entry> entries(Predicate<String> paths) {
    return paths().stream()
        .filter(paths)
        .filter(path -> Files.isRegularFile(directory.resolve(path), LinkOption.NOFOLLOW_LINKS))
        .map(this::entry)
        .toList();
  }

  /** Everything but folders that a manifest is to know, by path: files, links and what else. */
  List<String> paths() {
    return listing(
        () -> {
          List<String> paths = new ArrayList<>();
          collect(directory, paths);
          paths.sort(null);
          return paths;
        });
  }

  private void collect(Path folder, List<String> paths) throws IOException {
    List<Path> inside;
    try (Stream<Path> files = Files.list(folder)) {
      inside = files.toList();
    }
    for (Path file : inside) {
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        if (!isResult(file)) {
          collect(file, paths);
        }
      } else if (!isOurs(file)) {
        paths.add(name(file));
      }
    }
  }

  /** Directories within that are results of their own, as those of all experiments are. */
  List<String> runs() {
    return listing(
        () -> {
          try (Stream<Path> files = Files.list(directory)) {
            return files.filter(this::isResult).map(this::name).sorted().toList();
          }
        });
  }

  private boolean isResult(Path folder) {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && !folder.getFileName().toString().matches("study-[0-9]{1,5}")
        && (Manifest.exists(folder) || RunDirectory.isRun(folder));
  }

  /** The manifest itself, the lock, and what an ended process has left half-written. */
  private boolean isOurs(Path file) {
    String name = name(file);
    return name.equals(Manifest.NAME)
        || name.equals(RunLock.NAME)
        || AtomicFile.isLeftover(file)
        || LEFTOVER.matcher(name).matches();
  }

  private String name(Path file) {
    return directory.relativize(file).toString().replace('\\', '/');
  }

  private <T> T listing(StorageException.Operation<T> operation) {
    return StorageException.telling("listing the run", directory, operation);
  }

  private Manifest.Entry entry(String path) {
    Path file = directory.resolve(path);
    return StorageException.telling(
        "reading " + path,
        file,
        () ->
            new Manifest.Entry(
                path,
                Files.size(file),
                Sha256.of(Disk.LOCAL, file, Long.MAX_VALUE),
                path.endsWith(".safetensors") ? step(file) : OptionalInt.empty()));
  }

  /** The step that a file of models or keyframes says it holds; none if it does not. */
  static OptionalInt step(Path file) {
    try (Safetensors tensors = Safetensors.open(file)) {
      String step = tensors.metadata().get("step");
      return step != null && step.matches("[0-9]{1,9}")
          ? OptionalInt.of(Integer.parseInt(step))
          : OptionalInt.empty();
    } catch (ProblemException e) {
      return OptionalInt.empty();
    }
  }
}
