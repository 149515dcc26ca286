package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class ToymodelsTest {
  static Stream<List<String>> every_command() {
    List<List<String>> commands = new ArrayList<>();
    CommandLine root = new CommandLine(new Toymodels(null));
    commands.add(List.of());
    collect(root, List.of(), commands);
    return commands.stream();
  }

  private static void collect(CommandLine line, List<String> path, List<List<String>> into) {
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              List<String> longer = new ArrayList<>(path);
              longer.add(name);
              into.add(longer);
              collect(command, longer, into);
            });
  }

  @ParameterizedTest
  @MethodSource("every_command")
  void help_fits_eighty_columns_and_shows_an_example(List<String> command) {
    List<String> arguments = new ArrayList<>(command);
    arguments.add("--help");
    Invocation help = Invocation.of(arguments.toArray(String[]::new)).succeeded();
    help.out()
        .lines()
        .forEach(line -> assertTrue(line.length() <= Toymodels.WIDTH, () -> "too wide: " + line));
    assertTrue(help.out().contains("Example"), help.out());
    assertTrue(help.out().contains("\n  toymodels "), help.out());
    assertEquals("", help.err());
  }

  @Test
  void a_misspelt_command_is_answered_with_the_nearest_one() {
    Invocation wrong = Invocation.of("doctr").failed(ErrorKind.USAGE);
    assertTrue(wrong.err().contains("did you mean 'doctor'?"), wrong.err());
  }

  @Test
  void a_misspelt_option_is_answered_with_the_nearest_one() {
    Invocation wrong = Invocation.of("demo", "--bakend", "cpu").failed(ErrorKind.USAGE);
    assertTrue(wrong.err().contains("did you mean '--backend'?"), wrong.err());
  }

  @ParameterizedTest
  @MethodSource("wrong_usages")
  void wrong_usage_is_told_in_three_lines(List<String> arguments) {
    Invocation.of(arguments.toArray(String[]::new)).failed(ErrorKind.USAGE);
  }

  static Stream<List<String>> wrong_usages() {
    return Stream.of(
        List.of(),
        List.of("paint"),
        List.of("--colour"),
        List.of("demo", "now"),
        List.of("demo", "--threads"),
        List.of("demo", "--threads", "none"),
        List.of("demo", "--threads", "0"),
        List.of("demo", "--threads", "1000000"),
        List.of("demo", "--threads", "2", "--threads", "3"),
        List.of("demo", "--backend", "abacus"),
        List.of("demo", "--backend", ""),
        List.of("doctor", "--json", "twice"),
        List.of("doctor", "--yaml"));
  }

  @Test
  void the_doctor_speaks_json() throws Exception {
    Invocation doctor = Invocation.of("doctor", "--json").succeeded().namesNext();
    JsonNode json = new ObjectMapper().readTree(doctor.out());
    assertTrue(json.at("/java/value").asText().contains("."), doctor.out());
    assertEquals(Runtime.getRuntime().availableProcessors(), json.at("/threads/value").asInt());
    assertTrue(json.at("/cublas/value").isTextual(), doctor.out());
  }

  @Test
  void version_names_java_too() {
    assertTrue(
        Invocation.of("--version")
            .succeeded()
            .out()
            .contains("Java " + System.getProperty("java.version")));
  }
}
