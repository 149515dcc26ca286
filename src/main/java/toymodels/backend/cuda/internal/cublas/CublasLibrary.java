package toymodels.backend.cuda.internal.cublas;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toymodels.natives.PathTrust;
import toymodels.natives.Programs;

/**
 * The cuBLAS of this machine: {@code libcublas.so.N} and the version N of CUDA that it belongs to.
 */
public record CublasLibrary(Path file, int major) {
  /** System property: the one directory to look in. */
  public static final String DIRECTORY = "toymodels.cublas";

  /** Newest first; JCublas is made for the last and can be made to ask for the others. */
  private static final int[] VERSIONS = {13, 12};

  /** The soname, which is also the version that its symbols have. */
  static String name(int major) {
    return "libcublas.so." + major;
  }

  /** Where the toolkit, Debian, and pip and conda put it, in the order of trust. */
  static List<Path> places() {
    String only = System.getProperty(DIRECTORY);
    return only != null
        ? List.of(Path.of(only))
        : places(System.getenv(), Path.of("/"), Path.of(System.getProperty("user.home")));
  }

  static List<Path> places(Map<String, String> environment, Path root, Path home) {
    Set<Path> places = new LinkedHashSet<>();
    places.addAll(Programs.folders(environment.getOrDefault("LD_LIBRARY_PATH", "")));
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      if (environment.containsKey(variable)) {
        places.add(Path.of(environment.get(variable), "lib64"));
      }
    }
    children(root.resolve("usr/local"), "cuda*").forEach(c -> places.add(c.resolve("lib64")));
    for (String system : List.of("usr/lib/x86_64-linux-gnu", "usr/lib64", "opt/cuda/lib64")) {
      places.add(root.resolve(system));
    }
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      if (environment.containsKey(variable)) {
        Path prefix = Path.of(environment.get(variable));
        places.add(prefix.resolve("lib"));
        places.addAll(ofPython(prefix.resolve("lib"), "site-packages"));
      }
    }
    places.addAll(ofPython(home.resolve(".local/lib"), "site-packages"));
    places.addAll(ofPython(root.resolve("usr/local/lib"), "dist-packages"));
    places.addAll(ofPython(root.resolve("usr/local/lib"), "site-packages"));
    return places.stream().filter(Path::isAbsolute).toList();
  }

  /** pip's packages nvidia-cublas and nvidia-cublas-cu12. */
  private static List<Path> ofPython(Path lib, String packages) {
    List<Path> places = new ArrayList<>();
    for (Path python : children(lib, "python3*")) {
      Path nvidia = python.resolve(packages).resolve("nvidia");
      places.add(nvidia.resolve("cu13/lib"));
      places.add(nvidia.resolve("cublas/lib"));
    }
    return places;
  }

  private static List<Path> children(Path directory, String pattern) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(directory, pattern)) {
        children.forEach(found::add);
      } catch (IOException e) {
        return List.of(); // A directory that cannot be read holds nothing for us.
      }
    }
    found.sort(null);
    return found;
  }

  /**
   * The newest one that the driver can serve, in the first place that has it where nobody but root
   * and this user can change it.
   *
   * @param driverMajor the version of CUDA that the driver speaks
   */
  static Optional<CublasLibrary> find(List<Path> places, int driverMajor) {
    for (int major : VERSIONS) {
      for (Path place : places) {
        Path file = place.resolve(name(major));
        if (major <= driverMajor
            && Files.isRegularFile(file)
            && PathTrust.whyUntrusted(file).isEmpty()) {
          return Optional.of(new CublasLibrary(file.toAbsolutePath(), major));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What has to be loaded, in this order, so that JCublas finds a library of this name in the
   * process.
   */
  List<Path> files() {
    // It needs this one, which is no longer found where the loader does not look for either.
    Path light = file.resolveSibling("libcublasLt.so." + major);
    return Files.isRegularFile(light) ? List.of(light, file) : List.of(file);
  }
}
