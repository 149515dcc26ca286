package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** A copy of this project whose path has a space, built by its launcher as a user does. */
@Tag("slow")
abstract class LaunchedProject {
  static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir static Path folder;
  static Path project;

  @BeforeAll
  static void copy_the_project_and_build_it() throws Exception {
    assumeTrue(onPath("bash") && onPath("mvn"), "no bash or no Maven on the PATH");
    project = Files.createDirectories(folder.resolve("toy models"));
    for (String part :
        List.of("pom.xml", "toymodels", "src/launcher", "src/main", "kernels", "shaders")) {
      copy(Path.of(part), project.resolve(part));
    }
    Invocation first = launch(project, Map.of(), "--version").succeeded();
    assertTrue(first.out().startsWith("toymodels "), first.out());
    assertEquals("toymodels: building (on first use and after changes)\n", first.err());
  }

  /** The launcher as a shell takes it: its path has a space. */
  static String typed() {
    return project.resolve("toymodels").toString().replace(" ", "\\ ");
  }

  static boolean onPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.createDirectories(target.getParent());
        if (!Files.isDirectory(path)) {
          Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  static Invocation launch(Path where, Map<String, String> environment, String... arguments)
      throws Exception {
    return launch(List.of(), where, environment, arguments);
  }

  static Invocation launch(
      List<String> as, Path where, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(as);
    command.add(project.resolve("toymodels").toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(where.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "still running");
    return new Invocation(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
