package toymodels.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a program of the tests in a JVM with the options that the launcher gives. */
final class FreshJvm {
  private FreshJvm() {}

  /**
   * Runs it to its end.
   *
   * @param home of the JDK
   * @return the lines of its standard output
   */
  static List<String> run(Path home, int lanes, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve(Path.of("bin", "java")).toString());
    command.addAll(
        List.of(
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "--add-modules=jdk.incubator.vector",
            "-XX:ObjectAlignmentInBytes=64",
            "-Dtoymodels.lanes=" + lanes,
            "-cp",
            System.getProperty("java.class.path"),
            program.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    assertTrue(code == 0, () -> code + " from " + command + "\n" + out);
    return out.lines().filter(line -> !line.startsWith("WARNING")).toList();
  }
}
