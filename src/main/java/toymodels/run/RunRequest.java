package toymodels.run;

import java.util.Optional;

/**
 * Where a run comes from.
 *
 * @param command the command line that started it
 * @param experiment the experiment of the paper that it reproduces, if one
 * @param scale the experiment's scale, such as {@code quick}
 */
public record RunRequest(String command, Optional<String> experiment, Optional<String> scale) {
  /** A run of a config of the user's own. */
  public static RunRequest config(String command) {
    return new RunRequest(command, Optional.empty(), Optional.empty());
  }

  /** A run of an experiment of the paper. */
  public static RunRequest experiment(String command, String name, String scale) {
    return new RunRequest(command, Optional.of(name), Optional.of(scale));
  }
}
