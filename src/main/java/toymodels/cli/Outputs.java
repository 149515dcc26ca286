package toymodels.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import toymodels.files.NewFile;
import toymodels.run.file.StorageException;

/** Files that commands are asked to write: checked before any work, so that none is lost. */
final class Outputs {
  private Outputs() {}

  /** The ending of a file's name in lower case, such as {@code png}; empty if it has none. */
  static String suffix(Path file) {
    Path name = file.getFileName();
    String text = name == null ? "" : name.toString();
    int dot = text.lastIndexOf('.');
    return dot < 0 ? "" : text.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /**
   * Fails unless a file of one of these kinds can be written there.
   *
   * @param option what asked for it, such as {@code --screenshot}
   * @param file where to; null asks for nothing
   * @param suffixes what can be written
   * @throws ParameterException if the name ends in none of them
   * @throws StorageException if something of that name exists, or its folder does not
   */
  static void require(CommandSpec spec, String option, Path file, String... suffixes)
      throws IOException {
    if (file == null) {
      return;
    }
    if (!List.of(suffixes).contains(suffix(file))) {
      String known =
          List.of(suffixes).stream()
              .map(suffix -> "." + suffix)
              .collect(Collectors.joining(" or "));
      throw new ParameterException(
          spec.commandLine(),
          "%s = '%s', what can be written is a file that ends in %s"
              .formatted(option, file, known));
    }
    try {
      NewFile.requireAbsent(file);
    } catch (FileAlreadyExistsException e) {
      throw taken(file);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new StorageException(
          "there is no folder '%s' to write to".formatted(e.getFile()),
          file,
          "make it, or give another name");
    }
  }

  private static StorageException taken(Path file) {
    return new StorageException(
        "the output exists already, and nothing is ever overwritten",
        file,
        "give another name, or remove that file first");
  }

  /** Writes a file that must not exist; if it came to be since it was checked, that is kept. */
  static void write(Path file, NewFile.Content content) throws IOException {
    try {
      NewFile.write(file, content);
    } catch (FileAlreadyExistsException e) {
      throw taken(file);
    }
  }
}
