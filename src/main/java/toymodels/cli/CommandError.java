package toymodels.cli;

import java.util.Locale;
import toymodels.run.file.Problem;

/** What a user reads when a command cannot go on: what, where, and how to fix it. */
final class CommandError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ErrorKind kind;
  private final String where;
  private final String fix;

  /**
   * @param what one sentence: what is wrong, with the value
   * @param where the file and line, the command, or the place
   * @param fix what to do
   */
  CommandError(ErrorKind kind, String what, String where, String fix) {
    super(what);
    this.kind = kind;
    this.where = where;
    this.fix = fix;
  }

  static CommandError of(ErrorKind kind, Problem problem) {
    return new CommandError(kind, problem.what(), problem.where(), problem.fix());
  }

  ErrorKind kind() {
    return kind;
  }

  /** The three lines. Line breaks and control characters within a part become spaces. */
  String threeLines() {
    return "error[%s]: %s%n  where: %s%n  fix:   %s"
        .formatted(
            kind.name().toLowerCase(Locale.ROOT),
            oneLine(getMessage()),
            oneLine(CommandName.typed(where)),
            oneLine(CommandName.typed(fix)));
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ").strip();
  }
}
