package toymodels.natives;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A private directory that native libraries of third parties are unpacked to and loaded from.
 *
 * <p>JCuda, LWJGL and imgui-java unpack their libraries to fixed names below a shared temporary
 * directory and load whatever lies there already. Here each library is compared with the SHA-256 in
 * {@code natives.sha256}, written to a fresh directory that only this user can enter, and loaded
 * from there. On Linux the files may be deleted as soon as they are loaded.
 */
public final class Natives implements AutoCloseable {
  /** System property: a directory with the libraries, already unpacked, which is used as it is. */
  public static final String INSTALLED = "toymodels.natives";

  private static final String LIST = "/natives.sha256";

  private final Path directory;
  private final boolean ours;

  private Natives(Path directory, boolean ours) {
    this.directory = directory;
    this.ours = ours;
  }

  /**
   * A new directory with mode {@code rwx------} below {@code $XDG_RUNTIME_DIR} or the temporary
   * directory, or the one that the property {@value #INSTALLED} names.
   */
  public static Natives open() {
    String installed = System.getProperty(INSTALLED);
    return installed != null ? new Natives(Path.of(installed), false) : openPrivate();
  }

  /** A new directory with mode {@code rwx------}, for a library that is changed before it loads. */
  public static Natives openPrivate() {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null && Files.isWritable(Path.of(runtime))) {
      parent = Path.of(runtime);
    }
    return openBelow(parent);
  }

  /** A new directory with mode {@code rwx------} below the parent. */
  static Natives openBelow(Path parent) {
    try {
      boolean posix = Files.getFileStore(parent).supportsFileAttributeView("posix");
      Path directory =
          posix
              ? Files.createTempDirectory(
                  parent,
                  "toymodels-",
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------")))
              : Files.createTempDirectory(parent, "toymodels-");
      return new Natives(directory, true);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no private directory for native libraries can be made below %s: make it writable, or name"
                  .formatted(parent)
              + " a directory of unpacked libraries with -D"
              + INSTALLED,
          e);
    }
  }

  /** Where the libraries are. */
  public Path directory() {
    return directory;
  }

  /**
   * Unpacks a library from the class path, after its hash was found right.
   *
   * @param resource its name on the class path, such as {@code linux/x64/org/lwjgl/glfw/libglfw.so}
   * @return the file, named as the last part of the resource
   * @throws IllegalStateException if it is not on the class path or not the library it should be
   */
  public Path unpack(String resource) {
    Path file = directory.resolve(resource.substring(resource.lastIndexOf('/') + 1));
    if (!ours) {
      return file;
    }
    byte[] bytes = read(resource);
    String expected = hashes().get(resource);
    String actual = sha256(bytes);
    if (!actual.equals(expected)) {
      throw new IllegalStateException(
          "the native library %s has SHA-256 %s, expected was %s: the jar that holds it was changed"
              .formatted(resource, actual, expected));
    }
    try {
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException("writing the native library " + file, e);
    }
    return file;
  }

  private static byte[] read(String resource) {
    try (InputStream in = Natives.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "the native library %s is not on the class path: it exists for other systems only"
                .formatted(resource));
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading the native library " + resource, e);
    }
  }

  /** SHA-256 of every library, by its name on the class path. */
  static Map<String, String> hashes() {
    try (InputStream in = Natives.class.getResourceAsStream(LIST)) {
      Map<String, String> hashes = new HashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        hashes.put(line.substring(66), line.substring(0, 64));
      }
      return hashes;
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + LIST, e);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * Runs with {@code java.io.tmpdir} set to the directory: for libraries that unpack themselves to
   * there while a class of theirs is initialised.
   */
  public void asTemporaryDirectory(Runnable initialisation) {
    String before = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", directory.toString());
    try {
      initialisation.run();
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }

  /** Deletes the directory where the system allows it for loaded libraries; else at exit. */
  @Override
  public void close() {
    if (!ours) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.toFile().delete()) {
          file.toFile().deleteOnExit();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("deleting " + directory, e);
    }
  }
}
