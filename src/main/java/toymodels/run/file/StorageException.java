package toymodels.run.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import toymodels.files.FileTooLongException;
import toymodels.files.NotRegularFileException;

/** Storage refused: full, read-only, missing, in use by another process. */
public final class StorageException extends ProblemException {
  private static final long serialVersionUID = 1L;

  public StorageException(String what, Path where, String fix) {
    super(List.of(new Problem(what, PrintableText.shown(where), fix)), null);
  }

  private StorageException(Problem problem, Throwable cause) {
    super(List.of(problem), cause);
  }

  /**
   * Tells a failed operation.
   *
   * @param doing what was being done, such as "writing a checkpoint of 12345 bytes"
   * @param file what it was done to
   * @param cause what the file system said
   */
  public static StorageException of(String doing, Path file, Exception cause) {
    return new StorageException(
        new Problem(
            PrintableText.printable(doing) + " failed: " + reason(cause),
            PrintableText.shown(file),
            fix(cause)),
        cause);
  }

  /**
   * Tells a failed write of a known size; where the disk is full, with what it needs and has.
   *
   * @param doing what was being done
   * @param needed bytes of the whole file, or what was to be added to it
   * @param free bytes that may still be written there, if the system tells
   */
  static StorageException ofWriting(
      String doing, Path file, Exception cause, long needed, OptionalLong free) {
    if (!isFull(cause)) {
      return of(doing, file, cause);
    }
    String there = free.isPresent() ? "%d are free".formatted(free.getAsLong()) : "fewer are free";
    return of("%s of %d bytes, where %s,".formatted(doing, needed, there), file, cause);
  }

  private static boolean isFull(Exception cause) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("no space") || text.contains("quota") || text.contains("too large");
  }

  /** The same failure of a run that was being trained, and so can be continued. */
  public StorageException whileTraining(Path run) {
    Problem problem = problems().get(0);
    String fix =
        "%s; then 'train --resume %s' continues: earlier checkpoints are whole"
            .formatted(problem.fix(), PrintableText.shown(run));
    return new StorageException(new Problem(problem.what(), problem.where(), fix), this);
  }

  private static String reason(Exception cause) {
    if (cause instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "it exists already, and nothing is ever overwritten";
    }
    if (cause instanceof ReadOnlyFileSystemException) {
      return "the file system is read-only";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : PrintableText.printable(message);
  }

  private static String fix(Exception cause) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("no space") || text.contains("quota")) {
      return "free some space";
    }
    if (text.contains("too large")) {
      return "raise the limit on file size (ulimit -f)";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "give another name, or remove that file first";
    }
    if (cause instanceof NoSuchFileException) {
      return "check the name";
    }
    if (cause instanceof AccessDeniedException
        || cause instanceof ReadOnlyFileSystemException
        || text.contains("read-only")) {
      return "choose a place that you may write to, or get the permission";
    }
    return "check the disk and its permissions";
  }

  /** An operation on files that may fail. */
  @FunctionalInterface
  public interface Operation<T> {
    T run() throws IOException;
  }

  /** Runs an operation, telling its failure by {@link #of}. */
  public static <T> T telling(String doing, Path file, Operation<T> operation) {
    try {
      return operation.run();
    } catch (IOException | ReadOnlyFileSystemException e) {
      throw problem(doing, file, e);
    }
  }

  /** What a failed operation is to the user: a file that is not one to read, or the storage. */
  public static ProblemException problem(String doing, Path file, Exception cause) {
    if (cause instanceof NotRegularFileException && !Files.isSymbolicLink(file)) {
      return new DamagedFileException(
          file,
          PrintableText.printable(doing) + " failed: " + cause.getMessage(),
          "give a regular file; of a pipe or a device, save what it gives to one first");
    }
    if (cause instanceof FileTooLongException) {
      return new DamagedFileException(
          file, PrintableText.printable(doing) + " failed: " + cause.getMessage());
    }
    return of(doing, file, cause);
  }
}
