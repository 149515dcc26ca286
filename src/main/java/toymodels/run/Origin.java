package toymodels.run;

import java.util.Optional;

/**
 * Where a run comes from.
 *
 * @param command the command line that started it
 * @param experiment the experiment of the paper that it reproduces, if one
 * @param scale the experiment's scale, such as {@code quick}
 */
public record Origin(String command, Optional<String> experiment, Optional<String> scale) {
  /** A run of a config of the user's own. */
  public static Origin config(String command) {
    return new Origin(command, Optional.empty(), Optional.empty());
  }

  /** A run of an experiment of the paper. */
  public static Origin experiment(String command, String name, String scale) {
    return new Origin(command, Optional.of(name), Optional.of(scale));
  }
}
