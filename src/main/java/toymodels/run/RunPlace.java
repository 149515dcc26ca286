package toymodels.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import toymodels.run.file.Disk;
import toymodels.run.file.StorageException;

/**
 * Where a new run comes to be. What a creation that was ended at any moment has left there is taken
 * over by the next one; a creation that fails takes back all that it made.
 */
final class RunPlace {
  /** All that there is before the first study's config, which makes a run of the directory. */
  private static final Pattern FILES =
      Pattern.compile(
          "(study-[0-9]{1,5}/)?config\\.resolved\\.toml(\\.tmp)?"
              + "|\\.lock|run\\.log|provenance\\.json(\\.tmp)?");

  private static final Pattern DIRECTORIES =
      Pattern.compile("study-[0-9]{1,5}|(study-[0-9]{1,5}/)?(ckpt|history)");

  private final Disk disk;
  private final Path path;
  private final Deque<Path> made = new ArrayDeque<>();

  RunPlace(Disk disk, Path path) {
    this.disk = disk;
    this.path = path;
  }

  /**
   * Makes the directory and those above it.
   *
   * @throws StorageException if anything but the remains of a creation is there
   */
  void makeRoom() {
    try {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        requireFree();
      } else {
        make(path);
      }
    } catch (IOException | java.nio.file.ReadOnlyFileSystemException e) {
      leave();
      throw StorageException.of("creating the run", path, e);
    }
  }

  private void make(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      make(parent);
    }
    disk.createDirectory(directory);
    made.push(directory);
  }

  private void requireFree() throws IOException {
    boolean run = RunDirectory.isRun(path);
    boolean free =
        Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !run && isOfACreation(remains());
    if (!free) {
      throw new StorageException(
          "the output exists already, and a run never overwrites",
          path,
          run
              ? "give another --out, or continue that run with 'train --resume " + path + "'"
              : "give another --out: there is no run to continue");
    }
  }

  /** Everything in the directory, what lies deeper first. */
  private List<Path> remains() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(f -> !f.equals(path)).sorted(Comparator.reverseOrder()).toList();
    }
  }

  private boolean isOfACreation(List<Path> files) {
    return files.isEmpty()
        || files.contains(path.resolve(RunLock.NAME))
            && files.stream().allMatch(this::isOfACreation);
  }

  private boolean isOfACreation(Path file) {
    String name = path.relativize(file).toString().replace('\\', '/');
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && FILES.matcher(name).matches()
        || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
            && DIRECTORIES.matcher(name).matches();
  }

  /**
   * Removes what an ended creation has left, but for the lock, which the caller holds.
   *
   * @throws StorageException if another process has made a run of it meanwhile
   */
  void clear() throws IOException {
    requireFree();
    removeAllButTheLock();
  }

  private void removeAllButTheLock() throws IOException {
    for (Path file : remains()) {
      if (!file.equals(path.resolve(RunLock.NAME))) {
        disk.delete(file);
      }
    }
  }

  /** Removes what this creation has made, the lock last, which the caller still holds. */
  void takeBack() {
    try {
      if (isOfACreation(remains())) {
        removeAllButTheLock();
        disk.delete(path.resolve(RunLock.NAME));
      }
      leave();
    } catch (IOException | RuntimeException e) {
      return; // The failure that led here is the one to tell; the next creation clears up.
    }
  }

  /** Removes the directories that were made, as far as nothing is in them. */
  void leave() {
    try {
      while (!made.isEmpty()) {
        disk.delete(made.pop());
      }
    } catch (IOException | RuntimeException e) {
      return; // Something is in there that is not ours, or the disk fails for good.
    }
  }
}
