package toymodels.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The real command line in a process, with a temporary, a current and a home folder of its own. */
final class CommandProcess {
  final Path temporary;
  final Path current;
  final Path home;
  private final List<String> javaOptions = new ArrayList<>();
  private final List<String> prefix = new ArrayList<>();
  private String classPath = absolute(System.getProperty("java.class.path"));

  /** What came of a command. */
  record Outcome(int code, String out, String err) {
    /** Whether it ended with an error of three lines and nothing else of a fault. */
    boolean threeLines(String kind) {
      return err.contains("error[" + kind + "]: ")
          && err.contains("\n  where: ")
          && err.contains("\n  fix:   ")
          && !err.contains("\tat ")
          && !err.contains("Exception in thread");
    }
  }

  CommandProcess(Path folder) throws IOException {
    temporary = Files.createDirectories(folder.resolve("tmp"));
    current = Files.createDirectories(folder.resolve("cwd"));
    home = Files.createDirectories(folder.resolve("home"));
  }

  CommandProcess java(String... options) {
    javaOptions.addAll(List.of(options));
    return this;
  }

  /** Runs it by another command, such as one that changes what is mounted. */
  CommandProcess by(String... command) {
    prefix.addAll(List.of(command));
    return this;
  }

  CommandProcess classPath(String entries) {
    classPath = entries;
    return this;
  }

  static String absolute(String path) {
    return String.join(
        File.pathSeparator,
        Stream.of(path.split(File.pathSeparator))
            .map(part -> Path.of(part).toAbsolutePath().toString())
            .toList());
  }

  Outcome run(Map<String, String> environment, String... arguments) throws Exception {
    return main("toymodels.cli.Main", environment, arguments);
  }

  Outcome main(String main, Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("-XX:-UsePerfData");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Duser.home=" + home);
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(current.getParent(), "out", ".txt");
    Path err = Files.createTempFile(current.getParent(), "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(current.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("XDG_RUNTIME_DIR");
    builder.environment().remove("XDG_CACHE_HOME");
    builder.environment().put("HOME", home.toString());
    builder.environment().put("TMPDIR", temporary.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    int code = process.waitFor();
    return new Outcome(code, read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  /** Everything in the three folders. */
  TreeSet<String> files() throws IOException {
    TreeSet<String> all = new TreeSet<>();
    for (Path folder : List.of(temporary, current, home)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.map(f -> current.getParent().relativize(f).toString()).forEach(all::add);
      }
    }
    return all;
  }
}
