package toymodels.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.run.config.ConfigKey;
import toymodels.run.config.KeySearch;

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
      footer = {
        "",
        "Examples:",
        "  toymodels config keys",
        "  toymodels config keys train",
        "  toymodels config keys train.steps",
      })
  int keys(
      @Parameters(
              paramLabel = "WHICH",
              arity = "0..1",
              description = "A section such as train, a key such as train.steps, or its beginning.")
          String which) {
    List<ConfigKey> keys = KeySearch.matching(which == null ? "" : which);
    if (keys.isEmpty()) {
      throw new CommandError(
          ErrorKind.USAGE,
          "there is no section or key '%s'".formatted(which),
          "toymodels config keys " + which,
          KeySearch.nearest(which)
              .map("did you mean '%s'?   (toymodels config keys)"::formatted)
              .orElse("choose one of " + String.join(", ", ConfigKey.sections())));
    }
    keys.stream()
        .collect(groupingBy(ConfigKey::section, LinkedHashMap::new, toList()))
        .forEach(
            (section, some) -> {
              root.terminal().out().println("[" + section + "]");
              some.forEach(this::print);
            });
    root.terminal().next("toymodels config example > pentagon.toml");
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
