package toymodels.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import toymodels.run.file.Disk;
import toymodels.run.file.PrintableText;
import toymodels.run.file.Problem;
import toymodels.run.file.Sha256;
import toymodels.run.file.StorageException;

/** Compares a directory of results with its manifest. */
final class ManifestCheck {
  /** Lines may be added to the log after the manifest; those before stay. */
  static final String LOG = "run.log";

  private final Path directory;
  private final Manifest manifest;
  private final Map<String, Problem> problems = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  ManifestCheck(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /** What is wrong, by path. */
  Map<String, Problem> problems() {
    manifest.files().forEach(this::compare);
    Set<String> known = new HashSet<>();
    manifest.files().forEach(entry -> known.add(entry.path()));
    for (String path : new RunFiles(directory).paths()) {
      if (!known.contains(path)) {
        if (RunFiles.isDerived(path) && isFile(path)) {
          notes.add(path + " was made afterwards, and is in no manifest: it was not checked");
        } else {
          tell(path, "unexpected: the manifest knows no such file", "move it out of the run");
        }
      }
    }
    Set<String> runs = new HashSet<>(new RunFiles(directory).runs());
    for (String run : manifest.runs()) {
      if (!runs.contains(run)) {
        tell(run, "missing: the manifest knows a run of this name", "put the run back");
      }
    }
    return problems;
  }

  /** What could not be checked. */
  List<String> notes() {
    return notes;
  }

  private boolean isFile(String path) {
    return Files.isRegularFile(directory.resolve(path), LinkOption.NOFOLLOW_LINKS);
  }

  private void compare(Manifest.Entry entry) {
    Path file = directory.resolve(entry.path());
    if (!isFile(entry.path())) {
      boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      String what = there ? "altered: it is no regular file any more" : "missing";
      tell(entry.path(), what, fix(entry.path()));
      return;
    }
    StorageException.telling(
        "reading " + entry.path(),
        file,
        () -> {
          long bytes = Files.size(file);
          boolean grown = entry.path().equals(LOG) && bytes > entry.bytes();
          if (bytes != entry.bytes() && !grown) {
            String what =
                "altered: it has %d bytes, the manifest says %d".formatted(bytes, entry.bytes());
            tell(entry.path(), what + moment(entry, file), fix(entry.path()));
          } else {
            String hash = Sha256.of(Disk.LOCAL, file, entry.bytes());
            if (!hash.equals(entry.sha256())) {
              String what =
                  "altered: its SHA-256 is %s, the manifest says %s"
                      .formatted(hash, PrintableText.printable(entry.sha256()));
              tell(entry.path(), what + moment(entry, file), fix(entry.path()));
            }
          }
          return null;
        });
  }

  /** Whether the file is another of the run's own, of another step. */
  private static String moment(Manifest.Entry entry, Path file) {
    OptionalInt step = entry.step().isEmpty() ? entry.step() : RunFiles.step(file);
    return step.isEmpty() || step.equals(entry.step())
        ? ""
        : "; it holds step %d instead of %d".formatted(step.getAsInt(), entry.step().getAsInt());
  }

  private static String fix(String path) {
    return RunFiles.isDerived(path)
        ? "make it again with 'report' or 'export', or put the file back"
        : "put the run's own file back";
  }

  private void tell(String path, String what, String fix) {
    problems.put(path, new Problem(what, PrintableText.shown(directory.resolve(path)), fix));
  }
}
