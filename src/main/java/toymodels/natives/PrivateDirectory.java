package toymodels.natives;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A new directory that only this user can enter, below a folder where nobody else can rename it. It
 * is deleted when it is closed, or when Java ends on a signal; what a process left that was killed
 * is deleted by a later one.
 */
public final class PrivateDirectory implements AutoCloseable {
  private static final String PREFIX = "toymodels-";

  /** A directory lives for a second; an older one whose process is gone was left by a kill. */
  private static final Duration ABANDONED = Duration.ofMinutes(10);

  private final Path path;
  private final List<Path> madeParents;
  private final Thread atExit = new Thread(this::delete, "delete private directory");

  private PrivateDirectory(Path path, List<Path> madeParents) {
    this.path = path;
    this.madeParents = madeParents;
    try {
      Runtime.getRuntime().addShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // Java is ending already.
    }
  }

  /**
   * Where private directories are tried, in this order: {@code $XDG_RUNTIME_DIR}, the temporary
   * directory, the user's cache.
   */
  static List<Place> places(Map<String, String> environment) {
    List<Place> places = new ArrayList<>();
    absolute(environment.get("XDG_RUNTIME_DIR"))
        .ifPresent(folder -> places.add(new Place(folder, false)));
    places.add(new Place(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath(), false));
    userCache(environment).ifPresent(folder -> places.add(new Place(folder, true)));
    return places;
  }

  /**
   * A folder for private directories.
   *
   * @param made whether it is made if it is missing, and deleted afterwards
   */
  record Place(Path folder, boolean made) {}

  /** {@code $XDG_CACHE_HOME/toymodels}, or below {@code ~/.cache}; empty if neither is absolute. */
  public static Optional<Path> userCache(Map<String, String> environment) {
    return absolute(environment.get("XDG_CACHE_HOME"))
        .or(() -> absolute(environment.get("HOME")).map(home -> home.resolve(".cache")))
        .map(cache -> cache.resolve("toymodels"));
  }

  private static Optional<Path> absolute(String path) {
    return Optional.ofNullable(path).map(Path::of).filter(Path::isAbsolute);
  }

  /**
   * A new directory in the first place that takes one.
   *
   * @throws NativeLoadException if no place does, with the reason of each
   */
  public static PrivateDirectory open() {
    List<String> reasons = new ArrayList<>();
    for (Place place : places(System.getenv())) {
      try {
        return below(place);
      } catch (IOException e) {
        reasons.add(e.getMessage());
      }
    }
    throw NativeLoadException.noPlace(reasons);
  }

  /**
   * A new directory below a folder.
   *
   * @throws IOException if none can be made, or other users could put another in its place
   */
  static PrivateDirectory below(Place place) throws IOException {
    Path folder = place.folder();
    List<Path> made = new ArrayList<>();
    try {
      if (place.made()) {
        makeParents(folder, made);
      }
      Optional<String> why = PathTrust.whyUntrusted(folder);
      if (why.isPresent()) {
        throw new IOException(why.get());
      }
      sweep(folder);
      String prefix = PREFIX + ProcessHandle.current().pid() + "-";
      return new PrivateDirectory(
          Files.createTempDirectory(folder, prefix, permissions(folder)), made);
    } catch (IOException | SecurityException e) {
      deleteEmpty(made);
      throw e.getClass() == IOException.class
          ? (IOException) e
          : new IOException("%s takes no directory (%s)".formatted(folder, e), e);
    }
  }

  private static void makeParents(Path folder, List<Path> made) throws IOException {
    Path missing = folder;
    while (missing != null && Files.notExists(missing)) {
      made.add(missing);
      missing = missing.getParent();
    }
    if (made.isEmpty()) {
      return;
    }
    Optional<String> why = PathTrust.whyUntrusted(missing);
    if (why.isPresent()) {
      made.clear();
      throw new IOException(why.get());
    }
    Files.createDirectories(folder, permissions(missing));
  }

  private static FileAttribute<?>[] permissions(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  /** Deletes what killed processes have left. */
  private static void sweep(Path folder) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*-*")) {
      for (Path directory : left) {
        if (abandoned(directory)) {
          deleteAll(directory);
        }
      }
    } catch (IOException e) {
      // Nothing depends on it: the next process tries again.
    }
  }

  private static boolean abandoned(Path directory) throws IOException {
    String[] name = directory.getFileName().toString().split("-");
    if (!name[1].matches("\\d{1,18}")
        || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        || PathTrust.whyNotPrivate(directory).isPresent()) {
      return false;
    }
    Instant written = Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS).toInstant();
    return written.isBefore(Instant.now().minus(ABANDONED))
        && ProcessHandle.of(Long.parseLong(name[1])).isEmpty();
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Deletes it, and what is in it. */
  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // Java is ending already.
    }
  }

  private void delete() {
    deleteAll(path);
    deleteEmpty(madeParents);
  }

  /** Where a system keeps files that are in use, they are deleted at exit. */
  private static void deleteAll(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        File old = file.toFile();
        if (!old.delete()) {
          old.deleteOnExit();
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // It is gone already.
    }
  }

  private static void deleteEmpty(List<Path> made) {
    made.forEach(directory -> directory.toFile().delete());
  }
}
