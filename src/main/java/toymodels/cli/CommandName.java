package toymodels.cli;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** How this program is called: advice names commands as they can be typed where the user is. */
final class CommandName {
  /** What advice is written with. */
  static final String PLAIN = "toymodels";

  private CommandName() {}

  /** As the launcher was called, such as {@code ./toymodels}. */
  static String called() {
    return System.getProperty("toymodels.command", PLAIN);
  }

  /** Advice with its commands as they can be typed here. */
  static String typed(String advice) {
    return PLAIN.equals(called())
        ? advice
        : COMMANDS.matcher(advice).replaceAll(Matcher.quoteReplacement(called()));
  }

  private static final Pattern COMMANDS =
      Pattern.compile("(?<![\\w./-])toymodels(?= (--help|--version|%s)\\b)".formatted(names()));

  private static String names() {
    CommandLine.Command root = Toymodels.class.getAnnotation(CommandLine.Command.class);
    return String.join(
        "|",
        Arrays.stream(root.subcommands())
            .map(command -> command.getAnnotation(CommandLine.Command.class).name())
            .toList());
  }

  /** Lets the help of a command and of those below it show what can be typed here. */
  static void show(CommandLine line) {
    line.setCommandName(line.getParent() == null ? called() : line.getCommandName());
    CommandLine.Model.UsageMessageSpec help = line.getCommandSpec().usageMessage();
    help.footer(Arrays.stream(help.footer()).map(CommandName::typed).toArray(String[]::new));
    line.getSubcommands().values().forEach(CommandName::show);
  }
}
