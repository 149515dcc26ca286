package toymodels.run.file;

import java.nio.file.Path;
import java.util.List;

/**
 * A file does not hold what its format promises: cut short, altered, of another kind or hostile.
 */
public final class DamagedFileException extends ProblemException {
  private static final long serialVersionUID = 1L;
  private static final String FIX =
      "use another copy of the file, or make it again: it was left as it is";

  public DamagedFileException(Path file, String what) {
    this(file, what, FIX);
  }

  public DamagedFileException(Path file, String what, String fix) {
    super(List.of(new Problem(what, PrintableText.shown(file), fix)), null);
  }
}
