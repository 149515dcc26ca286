package toymodels.run.file;

import java.util.List;
import java.util.stream.Collectors;

/** Something outside the program is wrong: a config, a file, the storage. */
public abstract class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  protected ProblemException(List<Problem> problems, Throwable cause) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining(System.lineSeparator())),
        cause);
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong, at least one. */
  public final List<Problem> problems() {
    return problems;
  }
}
