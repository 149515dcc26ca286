package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a command in a process of its own, as users do. */
final class RealCommand {
  private static final long LIMIT_SECONDS = 120;

  private final List<String> java = new ArrayList<>();
  private final Map<String, String> environment;
  private Path out;

  private RealCommand(Map<String, String> environment, String... options) {
    this.environment = environment;
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    java.addAll(List.of(options));
    String path = System.getProperty("java.class.path");
    java.addAll(List.of("-cp", path, Main.class.getName()));
  }

  /**
   * Commands with options of Java's own, such as {@code -Xmx64m}.
   *
   * @param environment variables added to this process's
   */
  static RealCommand with(Map<String, String> environment, String... options) {
    return new RealCommand(environment, options);
  }

  /** Commands whose standard output is a file that is there, such as {@code /dev/full}. */
  RealCommand to(Path file) {
    out = file;
    return this;
  }

  /** The line of a shell that runs this, for what only shells can do. */
  List<String> line(String... arguments) {
    List<String> line = new ArrayList<>(java);
    line.addAll(List.of(arguments));
    return line;
  }

  Invocation run(String... arguments) throws IOException, InterruptedException {
    Path said = Files.createTempFile("out", ".txt");
    Path errors = Files.createTempFile("err", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(line(arguments))
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectOutput(out == null ? Redirect.to(said.toFile()) : Redirect.to(out.toFile()))
              .redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String last = Files.readString(errors);
      assertTrue(ended, () -> "still running: " + String.join(" ", arguments) + "\n" + last);
      return new Invocation(process.exitValue(), Files.readString(said), last);
    } finally {
      Files.delete(said);
      Files.delete(errors);
    }
  }
}
