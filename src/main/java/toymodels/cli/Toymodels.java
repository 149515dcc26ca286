package toymodels.cli;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;
import toymodels.run.file.StorageException;

/** The root of all commands. */
@Command(
    name = "toymodels",
    description = "Trains thousands to millions of toy models of superposition at once.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    usageHelpWidth = Toymodels.WIDTH,
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  toymodels demo",
      "  toymodels reproduce intro",
      "  toymodels config example > pentagon.toml",
      "  toymodels train pentagon.toml",
    },
    subcommands = {
      Demo.class,
      Reproduce.class,
      Train.class,
      ViewCommand.class,
      ReportCommand.class,
      Inspect.class,
      ExportCommand.class,
      VerifyCommand.class,
      Diff.class,
      ConfigCommand.class,
      Doctor.class,
      Bench.class,
    })
final class Toymodels implements Runnable {
  static final int WIDTH = 80;

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "No progress, no hints: results and errors only.")
  private boolean quiet;

  Toymodels(Terminal terminal) {
    this.terminal = terminal;
  }

  Terminal terminal() {
    return quiet ? terminal.quietly() : terminal;
  }

  /** Runs one command and gives its exit code; whatever goes wrong becomes three lines on err. */
  static int run(Terminal terminal, String... arguments) {
    CommandLine line =
        new CommandLine(new Toymodels(terminal))
            .setOut(terminal.out())
            .setErr(terminal.err())
            .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setAbbreviatedOptionsAllowed(false)
            .setUnmatchedOptionsArePositionalParams(false)
            .setExpandAtFiles(false);
    Values.register(line);
    CommandName.show(line);
    line.setExecutionStrategy(Toymodels::execute);
    ErrorPrinter errors = new ErrorPrinter(terminal);
    line.setParameterExceptionHandler(errors);
    line.setExecutionExceptionHandler(errors);
    int code;
    try {
      code = line.execute(arguments);
    } catch (Error e) {
      code = errors.print(e);
    }
    terminal.out().flush();
    boolean lost = code == 0 && terminal.results().failure().isPresent();
    return lost ? errors.print(resultsLost(terminal)) : code;
  }

  private static StorageException resultsLost(Terminal terminal) {
    return StorageException.of(
        "writing the results", Path.of("standard output"), terminal.results().failure().get());
  }

  /** As picocli does, but a word that nothing knows is wrong beside {@code --help}, too. */
  private static int execute(ParseResult parsed) {
    for (ParseResult part = parsed; part != null; part = part.subcommand()) {
      if (!part.unmatched().isEmpty()) {
        throw new UnmatchedArgumentException(part.commandSpec().commandLine(), part.unmatched());
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** Without a command: the help, on standard error, as a wrong use of the command line. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "no command is given");
  }
}
