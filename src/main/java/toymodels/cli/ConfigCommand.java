package toymodels.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.run.config.ConfigKey;

/** What config files may say. */
@Command(
    name = "config",
    description = "Lists the keys of config files, or prints a config to begin with.",
    footer = {
      "",
      "Examples:",
      "  toymodels config keys train",
      "  toymodels config example > pentagon.toml",
    })
final class ConfigCommand implements Runnable {
  @ParentCommand private Toymodels root;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what of it: keys, or example");
  }

  @Command(
      name = "keys",
      description = "Lists keys with what is allowed, what holds without them, and what they mean.",
      footer = {"", "Examples:", "  toymodels config keys", "  toymodels config keys train"})
  int keys(
      @Parameters(
              paramLabel = "SECTION",
              arity = "0..1",
              description = "Such as model or train; all without it.")
          String section) {
    List<String> sections = section == null ? ConfigKey.sections() : List.of(section);
    for (String name : sections) {
      List<ConfigKey> keys = ConfigKey.of(name);
      if (keys.isEmpty()) {
        throw new CommandError(
            ErrorKind.USAGE,
            "there is no section '%s'".formatted(name),
            "toymodels config keys",
            "choose one of " + String.join(", ", ConfigKey.sections()));
      }
      root.terminal().out().println("[" + name + "]");
      keys.forEach(this::print);
    }
    root.terminal().next("toymodels config example > my.toml");
    return 0;
  }

  private void print(ConfigKey key) {
    root.terminal().out().printf("%s: %s%n", key.name(), key.meaning());
    root.terminal().out().printf("    allowed: %s; %s%n", key.allowed(), key.type().text());
    root.terminal().out().printf("    without: %s%n", key.standard());
  }

  @Command(
      name = "example",
      description = "Prints a config to begin with.",
      footer = {"", "Example:", "  toymodels config example > pentagon.toml"})
  int example() throws IOException {
    try (InputStream in = ConfigCommand.class.getResourceAsStream("/cli/example.toml")) {
      root.terminal().out().print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    root.terminal().next("toymodels train pentagon.toml");
    return 0;
  }
}
