package toymodels.files;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A file is longer than any of its kind is allowed to be. */
public final class FileTooLongException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  FileTooLongException(Path file, long bytes, long most) {
    super(file.toString(), null, "it has %d bytes, allowed are %d".formatted(bytes, most));
  }

  /** How long the file is, without its name. */
  @Override
  public String getMessage() {
    return getReason();
  }
}
