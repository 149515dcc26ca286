package toymodels.natives;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import toymodels.natives.NativeLoadException.Reason;

/**
 * Native libraries of third parties, unpacked to a {@link PrivateDirectory} and loaded from there.
 *
 * <p>JCuda, LWJGL and imgui-java unpack their libraries to fixed names below a shared temporary
 * directory and load whatever is stored there already. Here each library is compared with the
 * SHA-256 in {@code natives.sha256} first, and its file is deleted as soon as it is loaded.
 */
final class Natives {
  /** System property: a directory with the libraries, already unpacked, which is used as it is. */
  static final String INSTALLED = "toymodels.natives";

  private static final String LIST = "/natives.sha256";

  private final Path directory;

  private Natives(Path directory) {
    this.directory = directory;
  }

  /**
   * Unpacks libraries where they can be executed, loads the first one, and runs what depends on
   * them. Afterwards their files are deleted.
   *
   * @param resources names on the class path, such as {@code linux/x64/org/lwjgl/glfw/libglfw.so}
   * @param change what is done to each library's bytes before it is written
   * @param loaded runs when the first library is loaded
   * @throws NativeLoadException if there is no place for them, or the first does not load
   */
  static void load(List<String> resources, UnaryOperator<byte[]> change, Consumer<Natives> loaded) {
    String installed = System.getProperty(INSTALLED);
    if (installed != null) {
      Natives natives = new Natives(Path.of(installed).toAbsolutePath());
      resources.forEach(resource -> natives.requireTrusted(natives.file(resource)));
      natives.loadFirst(resources);
      loaded.accept(natives);
      return;
    }
    List<String> reasons = new ArrayList<>();
    for (PrivateDirectory.Place place : PrivateDirectory.places(System.getenv())) {
      try (PrivateDirectory directory = PrivateDirectory.below(place)) {
        Natives natives = new Natives(directory.path());
        for (String resource : resources) {
          natives.unpack(resource, change);
        }
        natives.loadFirst(resources);
        loaded.accept(natives);
        return;
      } catch (IOException e) {
        reasons.add(e.getMessage());
      } catch (NativeLoadException e) {
        if (e.reason() != Reason.NO_PLACE) {
          throw e;
        }
        reasons.add("programs may not run in " + place.folder());
      }
    }
    throw NativeLoadException.noPlace(reasons);
  }

  /** The same for libraries that are loaded as they are. */
  static void load(List<String> resources, Consumer<Natives> loaded) {
    load(resources, UnaryOperator.identity(), loaded);
  }

  private void loadFirst(List<String> resources) {
    Path first = file(resources.get(0));
    try {
      System.load(first.toString());
    } catch (UnsatisfiedLinkError e) {
      throw NativeLoadException.of(first.getFileName().toString(), e);
    }
  }

  /** Where the libraries are. */
  Path directory() {
    return directory;
  }

  private void requireTrusted(Path file) {
    Optional<String> why = PathTrust.whyUntrusted(file);
    if (why.isPresent()) {
      throw new NativeLoadException(
          Reason.CHANGED,
          "the native library %s is not used: %s".formatted(file, why.get()),
          "name a folder of yours with -D" + INSTALLED + "=DIR, or none",
          null);
    }
  }

  /** The file of a library. */
  private Path file(String resource) {
    return directory.resolve(resource.substring(resource.lastIndexOf('/') + 1));
  }

  private void unpack(String resource, UnaryOperator<byte[]> change) throws IOException {
    byte[] bytes = verified(resource);
    Files.write(
        file(resource),
        change.apply(bytes),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE);
  }

  /**
   * The bytes of a library on the class path, after their hash was found right.
   *
   * @throws NativeLoadException if it is not on the class path or not the library it should be
   */
  static byte[] verified(String resource) {
    byte[] bytes = read(resource);
    String expected = hashes().get(resource);
    String actual = sha256(bytes);
    if (!actual.equals(expected)) {
      throw new NativeLoadException(
          Reason.CHANGED,
          "the native library %s has SHA-256 %s, expected was %s: the jar that holds it was changed"
              .formatted(resource, actual, expected),
          "build toymodels again from its sources",
          null);
    }
    return bytes;
  }

  private static byte[] read(String resource) {
    try (InputStream in = Natives.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new NativeLoadException(
            Reason.WRONG_ARCHITECTURE,
            "the native library %s is not on the class path: it exists for other systems only"
                .formatted(resource),
            "build toymodels on this system",
            null);
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
   * Initialises a class of JCuda, which unpacks its library to the temporary directory unless it is
   * there already.
   *
   * @throws NativeLoadException if a library of this name is where Java looks first
   */
  void initialiseJCuda(String library, Runnable initialisation) {
    for (String folder : System.getProperty("java.library.path", "").split(":")) {
      Path first = Path.of(folder).resolve(library).toAbsolutePath();
      if (Files.exists(first)) {
        throw new NativeLoadException(
            Reason.CHANGED,
            "JCuda would load %s in place of its own library".formatted(first),
            "delete that file, or take its folder out of LD_LIBRARY_PATH",
            null);
      }
    }
    String before = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", directory.toString());
    try {
      initialisation.run();
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }
}
