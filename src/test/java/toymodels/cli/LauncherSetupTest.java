package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the launcher does on a machine that lacks what building needs. */
@Tag("slow")
class LauncherSetupTest extends LaunchedProject {
  @Test
  void without_java_it_names_the_one_command_that_installs_it() throws Exception {
    try (Unbuilt unbuilt = new Unbuilt()) {
      Path tools = bareMachine(1000);
      Map<String, String> bare = Map.of("PATH", tools.toString(), "JAVA_HOME", "");
      stub(tools, "apt-get", "echo asked >&2; exit 1");
      stub(tools, "apt-cache", "[ $2 = openjdk-21-jdk-headless ] && echo Version: 21");
      Invocation none = launch(project, bare, "--help");
      assertSetupError(
          none, "sudo apt-get install -y --no-install-recommends openjdk-21-jdk-headless maven");
      Map<String, String> wrong = Map.of("JAVA_HOME", tools.toString());
      assertSetupError(launch(project, wrong, "--help"), "install a JDK of version 17");
    }
  }

  @Test
  void without_maven_it_names_maven_alone() throws Exception {
    try (Unbuilt unbuilt = new Unbuilt()) {
      String javaHome = System.getProperty("java.home");
      Map<String, String> environment =
          Map.of("PATH", bareMachine(0).toString(), "JAVA_HOME", javaHome);
      assertSetupError(launch(project, environment, "--help"), "install Maven (");
    }
  }

  /** A Debian whose apt-get is played by a script: it puts this JDK and a Maven on the PATH. */
  @Test
  void on_a_bare_machine_its_owner_is_asked_nothing() throws Exception {
    Path jar = project.resolve("target/toymodels.jar");
    Path lib = project.resolve("target/lib");
    Path kept = Files.createDirectories(folder.resolve("kept"));
    try (Unbuilt unbuilt = new Unbuilt()) {
      Path tools = bareMachine(0);
      Path log = kept.resolve("apt");
      String java = System.getProperty("java.home");
      stub(kept, "mvn", "cp '%s/jar' '%s'; echo built >>'%s'".formatted(kept, jar, log));
      Files.copy(jar, kept.resolve("jar"), StandardCopyOption.REPLACE_EXISTING);
      stub(tools, "apt-cache", "[ $2 = openjdk-17-jdk-headless ] && echo Version: 17");
      stub(
          tools,
          "apt-get",
          """
          echo "$*" >>'%s'
          [ "$1" = install ] || exit 0
          ln -s '%s/bin/java' '%s/bin/javac' '%s/mvn' '%s'
          """
              .formatted(log, java, java, kept, tools));
      Map<String, String> bare = Map.of("PATH", tools.toString(), "JAVA_HOME", "");
      Invocation first = launch(project, bare, "--version").succeeded();
      assertEquals(
          "toymodels: installing openjdk-17-jdk-headless maven (apt-get, on first use)\n"
              + "toymodels: building (on first use and after changes)\n",
          first.err());
      assertEquals(
          List.of(
              "update",
              "install -y --no-install-recommends openjdk-17-jdk-headless maven",
              "built"),
          Files.readAllLines(log));
      assertEquals("", launch(project, bare, "--version").succeeded().err());
      assertTrue(Files.isDirectory(lib));
    }
  }

  @Test
  void an_installation_that_fails_is_told_with_its_log() throws Exception {
    try (Unbuilt unbuilt = new Unbuilt()) {
      Path tools = bareMachine(0);
      stub(tools, "apt-get", "echo no network; exit 100");
      stub(tools, "apt-cache", "exit 0");
      Map<String, String> bare = Map.of("PATH", tools.toString(), "JAVA_HOME", "");
      Invocation failed = launch(project, bare, "demo");
      assertEquals(1, failed.code());
      assertTrue(failed.err().contains("installing default-jdk-headless maven"), failed.err());
      assertTrue(failed.err().contains("target/toymodels-packages.log"), failed.err());
      assertEquals(4, failed.err().lines().count(), failed.err());
    }
  }

  /** While open, the project is as if it had never been built. */
  private static final class Unbuilt implements AutoCloseable {
    private final Path built = project.resolve("target/toymodels.built");
    private final Path aside = project.resolve("target/aside");

    Unbuilt() throws IOException {
      Files.move(built, aside);
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(built);
      Files.setLastModifiedTime(aside, FileTime.from(Instant.now()));
      Files.move(aside, built);
    }
  }

  /** A folder with the programs of a bare machine, for a PATH that has neither Java nor Maven. */
  private static Path bareMachine(int user) throws IOException {
    Path tools = Files.createTempDirectory(folder, "tools");
    String names =
        "bash dirname readlink find head sed mkdir env grep tr rm mv cp ln touch cat flock";
    for (String name : names.split(" ")) {
      for (String directory : List.of("/bin", "/usr/bin")) {
        Path program = Path.of(directory, name);
        if (Files.isExecutable(program) && !Files.exists(tools.resolve(name))) {
          stub(tools, name, "exec " + program + " \"$@\"");
        }
      }
    }
    stub(tools, "id", "echo " + user);
    return tools;
  }

  private static void stub(Path tools, String name, String script) throws IOException {
    Path tool = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
  }

  private static void assertSetupError(Invocation answer, String advice) {
    assertEquals(1, answer.code(), answer.err());
    assertEquals(3, answer.err().lines().count(), answer.err());
    assertTrue(answer.err().startsWith("error[setup]: "), answer.err());
    assertTrue(answer.err().contains(advice), answer.err());
  }
}
