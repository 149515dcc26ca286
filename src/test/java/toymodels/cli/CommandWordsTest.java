package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What commands are called, what they advise, and what they say of words they do not know. */
class CommandWordsTest {
  @TempDir private static Path folder;

  private static CommandLine root() {
    return new CommandLine(new Toymodels(Terminal.of(System.out, System.err, false)));
  }

  private static String trained() throws IOException {
    Path config = folder.resolve("small.toml");
    Path run = folder.resolve("run");
    if (!Files.exists(run)) {
      Files.writeString(config, Invocation.of("config", "example", "-q").out());
      Invocation.of(
              "train",
              config.toString(),
              "--set",
              "train.steps=20",
              "--set",
              "eval.samples=64",
              "--out",
              run.toString(),
              "-q")
          .succeeded();
    }
    return run.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config example",
        "config keys",
        "reproduce --list",
        "inspect RUN",
        "verify RUN",
        "inspect RUN/final.safetensors",
        "diff RUN RUN",
        "report RUN"
      })
  void a_quiet_command_gives_its_result_alone(String line) throws IOException {
    String[] words = (line.replace("RUN", trained()) + " -q").split(" ");
    assertEquals("", Invocation.of(words).succeeded().err());
    assertEquals("", Invocation.of(prefixed("-q", line.replace("RUN", trained()))).err());
  }

  private static String[] prefixed(String first, String line) {
    return (first + " " + line).split(" ");
  }

  @Test
  void advice_can_be_typed_as_the_launcher_was_called() {
    System.setProperty("toymodels.command", "./toymodels");
    try {
      assertEquals(
          "next: ./toymodels train pentagon.toml\n", Invocation.of("config", "example").err());
      for (List<String> path : paths(root(), List.of())) {
        List<String> words = new ArrayList<>(path);
        words.add("--help");
        String help = Invocation.of(words.toArray(String[]::new)).succeeded().out();
        assertFalse(
            help.matches("(?s).*(?<![/.])toymodels ([a-z]+ (intro|keys|cpu|[A-Z-])|--).*"), help);
        assertTrue(help.contains("./toymodels"), help);
      }
      String wrong = Invocation.of("trai").failed(ErrorKind.USAGE).err();
      assertTrue(wrong.contains("./toymodels --help"), wrong);
      String key = Invocation.of("config", "keys", "modle").failed(ErrorKind.USAGE).err();
      assertTrue(key.contains("(./toymodels config keys)"), key);
    } finally {
      System.clearProperty("toymodels.command");
    }
  }

  private static List<List<String>> paths(CommandLine line, List<String> path) {
    List<List<String>> all = new ArrayList<>(List.of(path));
    line.getSubcommands()
        .forEach(
            (name, below) ->
                all.addAll(paths(below, Stream.concat(path.stream(), Stream.of(name)).toList())));
    return all;
  }

  @Test
  void next_steps_end_and_never_lead_in_a_circle() throws IOException {
    for (String start :
        List.of("config keys", "train", "verify RUN", "inspect RUN", "diff RUN RUN", "doctor")) {
      List<String> seen = new ArrayList<>();
      String line = start.equals("train") ? "report RUN" : start;
      while (!line.matches("(view|train|demo|reproduce \\w).*")) {
        assertFalse(seen.contains(line), () -> "a circle: " + seen);
        seen.add(line);
        String err = Invocation.of(line.replace("RUN", trained()).split(" ")).succeeded().err();
        line =
            err.replaceAll("(?s).*next: toymodels (.*)\n", "$1")
                .replaceFirst(" > .*", "")
                .replace(trained(), "RUN");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "trian --help, 'train'",
    "--help trian, 'train'",
    "trian --version, 'train'",
    "sweep --help, sweep",
    "train --seeed --help, '--seed'",
    "config kees --help, 'keys'",
    "demo now --help, now",
  })
  void help_of_an_unknown_word_is_a_wrong_use(String line, String named) {
    String err = Invocation.of(line.split(" ")).failed(ErrorKind.USAGE).err();
    assertTrue(err.contains(named), err);
  }

  /** Every option that takes a value, with the path of its command. */
  static Stream<String> options() {
    return paths(root(), List.of()).stream()
        .flatMap(
            path -> {
              CommandLine line = root();
              for (String name : path) {
                line = line.getSubcommands().get(name);
              }
              return line.getCommandSpec().options().stream()
                  .filter(option -> isNumber(option) || option.type() == Path.class)
                  .map(option -> String.join(" ", path) + " " + option.longestName());
            });
  }

  private static boolean isNumber(OptionSpec option) {
    Class<?> type = option.type();
    return type.isPrimitive() || Number.class.isAssignableFrom(type) || type == int[].class;
  }

  @ParameterizedTest
  @MethodSource("options")
  void a_wrong_value_is_answered_in_plain_words(String option) {
    String[] words = (option + "=\0x").strip().split(" ");
    String err = Invocation.of(words).failed(ErrorKind.USAGE).err();
    assertTrue(err.contains(words[words.length - 1].split("=")[0]), err);
    assertFalse(err.matches("(?s).*(not an? (int|long|double|boolean)|java\\.|convert).*"), err);
  }

  @Test
  void an_experiment_is_named_or_all_are_asked_for() {
    Invocation bare = Invocation.of("reproduce").succeeded();
    assertEquals(Invocation.of("reproduce", "--list").out(), bare.out());
    assertEquals("next: toymodels reproduce intro\n", bare.err());
    Invocation.of("reproduce", "intro", "--all").failed(ErrorKind.USAGE);
  }

  @ParameterizedTest
  @CsvSource({
    "train.steps, [train]\\nsteps: .*without: 10000\\n",
    "steps, [train]\\nsteps: .*without: 10000\\n",
    "[checkpoint], [checkpoint]\\nevery: .*",
    "check, [checkpoint]\\nevery: .*",
    "train.be, [train]\\nbeta1: .*beta2: .*",
    "density, [data]\\ndensity: .*[task]\\ndensity: .*",
  })
  void keys_are_found_by_section_name_and_beginning(String asked, String shown) {
    String out = Invocation.of("config", "keys", asked).succeeded().out();
    assertTrue(out.matches("(?s)" + shown.replace("[", "\\[").replace("]", "\\]")), out);
  }

  @Test
  void an_unknown_key_is_answered_with_the_nearest() {
    String err = Invocation.of("config", "keys", "train.stpes").failed(ErrorKind.USAGE).err();
    assertTrue(err.contains("did you mean 'train.steps'?"), err);
  }

  @Test
  void what_a_program_reads_of_the_machine_are_numbers() throws IOException {
    JsonNode all = new ObjectMapper().readTree(Invocation.of("doctor", "--json").succeeded().out());
    Map<String, String> numbers =
        Map.of("threads", "value", "heap", "bytes", "disk", "bytes", "java", "feature");
    numbers.forEach(
        (name, unit) -> assertTrue(all.path(name).path(unit).isIntegralNumber(), all.toString()));
    assertTrue(all.path("cpu").path("available").isBoolean(), all.toString());
    for (JsonNode finding : all) {
      JsonNode value = finding.path("value");
      assertFalse(value.isTextual() && value.asText().matches("[0-9]+"), finding.toString());
    }
  }
}
