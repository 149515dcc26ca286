package toymodels.natives;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Other programs that are started, such as a compiler. A program is taken from the {@code PATH}
 * only where nobody but root and this user can change it, and never from the current folder; what
 * it starts itself is looked for in the same folders.
 */
public final class Programs {
  private static final String PATH = "PATH";

  private Programs() {}

  /** What a search has come to. */
  public record Search(Optional<Path> program, List<Path> folders, List<String> refused) {
    /** Where it was looked for, and what was refused, in a few words. */
    public String describe() {
      return folders + (refused.isEmpty() ? "" : " (not used: " + String.join("; ", refused) + ")");
    }
  }

  /** The program of this name in the first folder that has it and can be trusted. */
  public static Search find(String name, List<Path> folders) {
    List<String> refused = new ArrayList<>();
    List<Path> looked = folders.stream().filter(Path::isAbsolute).toList();
    for (Path folder : looked) {
      Path candidate = folder.resolve(name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        Optional<String> why = PathTrust.whyUntrusted(candidate);
        if (why.isEmpty()) {
          return new Search(Optional.of(candidate), looked, refused);
        }
        refused.add(candidate + ": " + why.get());
      }
    }
    return new Search(Optional.empty(), looked, refused);
  }

  /** The same, in the folders of {@code PATH}. */
  public static Search find(String name, Map<String, String> environment) {
    return find(name, folders(environment.getOrDefault(PATH, "")));
  }

  /** The absolute folders of a search path: an empty or relative entry is the current folder. */
  public static List<Path> folders(String searchPath) {
    Set<Path> folders = new LinkedHashSet<>();
    for (String part : searchPath.split(File.pathSeparator)) {
      Path folder = Path.of(part);
      if (folder.isAbsolute()) {
        folders.add(folder);
      }
    }
    return List.copyOf(folders);
  }

  /**
   * A process whose {@code PATH} has only absolute folders that nobody but root and this user can
   * change.
   *
   * @param command a program and its arguments; a program without a folder is looked for
   * @throws IOException if it is nowhere, saying where it was looked for
   */
  public static ProcessBuilder process(List<String> command) throws IOException {
    List<String> resolved = new ArrayList<>(command);
    if (Path.of(command.get(0)).getNameCount() == 1 && !Path.of(command.get(0)).isAbsolute()) {
      resolved.set(0, require(command.get(0)));
    }
    ProcessBuilder builder = new ProcessBuilder(resolved);
    builder.environment().computeIfPresent(PATH, (key, before) -> trusted(before));
    return builder;
  }

  private static String require(String name) throws IOException {
    Search search = find(name, System.getenv());
    return search
        .program()
        .orElseThrow(
            () -> new IOException("there is no %s in %s".formatted(name, search.describe())))
        .toString();
  }

  private static String trusted(String searchPath) {
    return folders(searchPath).stream()
        .filter(folder -> PathTrust.whyOthersAdd(folder).isEmpty())
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
