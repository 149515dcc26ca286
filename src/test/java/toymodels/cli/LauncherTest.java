package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a copy of this project whose path has a space, as a user finds it. */
@Tag("slow")
class LauncherTest {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** A start is quick because it loads few classes, and many from the launcher's archive. */
  private static final int MOST_CLASSES = 2500;

  @TempDir private static Path folder;
  private static Path project;

  @BeforeAll
  static void copy_the_project_and_build_it() throws Exception {
    assumeTrue(onPath("bash") && onPath("mvn"), "no bash or no Maven on the PATH");
    project = Files.createDirectories(folder.resolve("toy models"));
    for (String part : List.of("pom.xml", "toymodels", "src/main", "kernels", "shaders")) {
      copy(Path.of(part), project.resolve(part));
    }
    Invocation first = launch(project, Map.of(), "--version").succeeded();
    assertTrue(first.out().startsWith("toymodels "), first.out());
    assertEquals("toymodels: building (on first use and after changes)\n", first.err());
  }

  private static boolean onPath(String program) {
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

  private static Invocation launch(Path where, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(project.resolve("toymodels").toString()));
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

  @Test
  void works_from_any_folder_and_through_a_link() throws Exception {
    Path elsewhere = Files.createTempDirectory(folder, "else where");
    assertEquals("", launch(elsewhere, Map.of(), "--help").succeeded().err());
    Path link = Files.createSymbolicLink(elsewhere.resolve("tm"), project.resolve("toymodels"));
    Process process = new ProcessBuilder(link.toString(), "--version").start();
    assertEquals(0, process.waitFor());
  }

  @Test
  void help_is_quick() throws Exception {
    Path log = folder.resolve("classes");
    launch(project, Map.of("_JAVA_OPTIONS", "-Xlog:class+load:file=" + log), "--help").succeeded();
    List<String> classes = Files.readAllLines(log);
    // Java archives no class of a jar whose path has a space, but still those of its own.
    long archived = classes.stream().filter(c -> c.contains("shared objects file (top)")).count();
    assertTrue(classes.size() < MOST_CLASSES, () -> classes.size() + " classes");
    assertTrue(archived > 0, "the archive of loaded classes is not used");
  }

  @Test
  void a_command_that_trains_prints_no_warning_of_java_and_loses_no_last_word() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertEquals("next: toymodels demo\n", launch(project, Map.of(), "doctor").succeeded().err());
    }
  }

  @Test
  void what_a_start_needs_is_made_again_in_silence() throws Exception {
    Files.delete(project.resolve("target/launch.args"));
    assertEquals("", launch(project, Map.of(), "--help").succeeded().err());
    assertTrue(Files.exists(project.resolve("target/launch.args")));
  }

  @Test
  void errors_pass_the_launcher_whole() throws Exception {
    launch(project, Map.of(), "demo", "--backend", "abacus").failed(ErrorKind.USAGE);
    launch(project, Map.of(), "paint").failed(ErrorKind.USAGE);
  }

  @Test
  void is_built_again_after_a_change() throws Exception {
    Path pom = project.resolve("pom.xml");
    Files.writeString(pom, Files.readString(pom) + "\n");
    assertTrue(launch(project, Map.of(), "--version").succeeded().err().contains("building"));
    assertEquals("", launch(project, Map.of(), "--version").succeeded().err());
  }

  @Test
  void a_termination_saves_and_the_run_goes_on() throws Exception {
    String run = folder.resolve("stopped").toString();
    Path config = folder.resolve("long.toml");
    Files.writeString(config, Invocation.of("config", "example").out());
    Path err = folder.resolve("stopped.txt");
    Process process =
        new ProcessBuilder(
                project.resolve("toymodels").toString(),
                "train",
                config.toString(),
                "--set",
                "train.steps=100000000",
                "--set",
                "checkpoint.every=50",
                "--out",
                run)
            .redirectError(err.toFile())
            .start();
    File checkpoints = Path.of(run, "ckpt").toFile();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      String[] saved = checkpoints.list((directory, name) -> name.endsWith(".safetensors"));
      if (saved != null && saved.length > 0) {
        break;
      }
      Thread.sleep(50);
    }
    process.destroy();
    assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "still running");
    String told = Files.readString(err);
    assertEquals(143, process.exitValue(), told);
    assertTrue(told.endsWith("next: toymodels train --resume " + run + "\n"), told);
    assertTrue(Invocation.of("verify", run).succeeded().out().contains("are whole"));
  }

  @Test
  void without_java_it_says_what_to_install() throws Exception {
    Path tools = withoutJava();
    Invocation none = launch(project, Map.of("PATH", tools.toString(), "JAVA_HOME", ""), "--help");
    assertSetupError(none, "install a JDK of version 17");
    Invocation wrong = launch(project, Map.of("JAVA_HOME", tools.toString()), "--help");
    assertSetupError(wrong, "install a JDK of version 17");
  }

  @Test
  void without_maven_it_says_what_to_install() throws Exception {
    Path built = project.resolve("target/toymodels.built");
    Path aside = project.resolve("target/aside");
    Files.move(built, aside);
    try {
      String javaHome = System.getProperty("java.home");
      Map<String, String> environment =
          Map.of("PATH", withoutJava().toString(), "JAVA_HOME", javaHome);
      assertSetupError(launch(project, environment, "--help"), "install Maven");
    } finally {
      Files.move(aside, built);
    }
  }

  /** A folder with the programs of a bare machine, for a PATH that has neither Java nor Maven. */
  private static Path withoutJava() throws IOException {
    Path tools = Files.createTempDirectory(folder, "tools");
    for (String name :
        List.of("bash", "dirname", "readlink", "find", "head", "sed", "mkdir", "env")) {
      for (String directory : List.of("/bin", "/usr/bin")) {
        Path program = Path.of(directory, name);
        Path tool = tools.resolve(name);
        if (Files.isExecutable(program) && !Files.exists(tool)) {
          Files.writeString(tool, "#!/bin/sh\nexec " + program + " \"$@\"\n");
          Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        }
      }
    }
    return tools;
  }

  private static void assertSetupError(Invocation answer, String advice) {
    assertEquals(1, answer.code(), answer.err());
    assertEquals(3, answer.err().lines().count(), answer.err());
    assertTrue(answer.err().startsWith("error[setup]: "), answer.err());
    assertTrue(answer.err().contains(advice), answer.err());
    assertFalse(answer.err().contains("toymodels:"), answer.err());
  }
}
