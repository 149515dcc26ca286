package toymodels.files;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A path names something that is no regular file: reading it could block or never end. */
public final class NotRegularFileException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  NotRegularFileException(Path file, String kind) {
    super(file.toString(), null, "it is " + kind + ", and only regular files are read");
  }

  /** What the path names, without its name. */
  @Override
  public String getMessage() {
    return getReason();
  }
}
