package toymodels.run.config;

import java.util.List;
import toymodels.run.file.Problem;
import toymodels.run.file.ProblemException;

/** A config asks for what cannot be; carries all that is wrong with it, not only the first. */
public final class ConfigException extends ProblemException {
  private static final long serialVersionUID = 1L;

  public ConfigException(List<Problem> problems) {
    super(problems, null);
  }
}
