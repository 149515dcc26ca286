package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The launcher, in a copy of this project whose path has a space, as a user finds it. */
@Tag("slow")
class LauncherTest extends LaunchedProject {
  /** A start is quick because it loads few classes, and many from the launcher's archive. */
  private static final int MOST_CLASSES = 2500;

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
      String reported = launch(project, Map.of(), "doctor").succeeded().err();
      assertEquals("next: " + typed() + " demo\n", reported);
    }
  }

  @Test
  void what_a_start_needs_is_made_again_in_silence() throws Exception {
    Path ready = project.resolve("target/launch");
    for (Path file : files(ready)) {
      Files.delete(file);
    }
    assertEquals("", launch(project, Map.of(), "--help").succeeded().err());
    List<String> names = files(ready).stream().map(f -> f.getFileName().toString()).toList();
    assertTrue(
        names.containsAll(
            List.of("java", "usual.args", "usual.jsa", "training.args", "training.jsa")),
        names.toString());
  }

  /** Every command that trains took two seconds more while its error filter outlived it. */
  @Test
  void a_command_that_trains_ends_as_soon_as_its_java() throws Exception {
    Path arguments =
        files(project.resolve("target/launch")).stream()
            .filter(f -> f.endsWith("training.args"))
            .findFirst()
            .orElseThrow();
    String jar = project.resolve("target/toymodels.jar").toString();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> bare = List.of(java, "@" + arguments, "-jar", jar, "train", "--nonsense");
    List<String> launched = List.of(project.resolve("toymodels").toString(), "train", "--nonsense");
    double quickestBare = Double.MAX_VALUE;
    double quickestLaunched = Double.MAX_VALUE;
    for (int i = 0; i < 7; i++) {
      quickestBare = Math.min(quickestBare, seconds(bare));
      quickestLaunched = Math.min(quickestLaunched, seconds(launched));
    }
    // Where others share the processors, everything takes longer, the launcher's part too.
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    double slower = Math.max(1, load / Runtime.getRuntime().availableProcessors());
    assertTrue(
        quickestLaunched - quickestBare < 0.3 * slower,
        "%.2f s, and %.2f s without the launcher".formatted(quickestLaunched, quickestBare));
  }

  private static double seconds(List<String> command) throws Exception {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("timed.txt").toFile())
            .start();
    assertEquals(ErrorKind.USAGE.exitCode(), process.waitFor());
    return (System.nanoTime() - start) * 1e-9;
  }

  @Test
  void java_holds_one_descriptor_of_the_filter_and_none_of_the_lock() throws Exception {
    Path out = folder.resolve("descriptors");
    Process process =
        new ProcessBuilder(
                project.resolve("toymodels").toString(),
                "demo",
                "--threads",
                "1",
                "--backend",
                "reference")
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("descriptors.txt").toFile())
            .start();
    try {
      Path table = Path.of("/proc", Long.toString(process.pid()), "fd");
      assumeTrue(Files.isDirectory(table), "no /proc");
      List<String> open = List.of();
      while (process.isAlive() && open.stream().noneMatch(f -> f.contains("toymodels.jar"))) {
        Thread.sleep(20);
        open = targets(table);
      }
      List<String> pipes = open.stream().filter(f -> f.startsWith("pipe:")).toList();
      String error = Files.readSymbolicLink(table.resolve("2")).toString();
      assertEquals(1, pipes.stream().filter(error::equals).count(), open.toString());
      assertTrue(open.stream().noneMatch(f -> f.endsWith(".lock")), open.toString());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static List<String> targets(Path table) throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> all = Files.list(table)) {
      for (Path link : all.toList()) {
        try {
          targets.add(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
          continue; // Closed meanwhile.
        }
      }
    }
    return targets;
  }

  /** The Javas of this machine: the one of the tests, and a newer one where there is one. */
  static List<Path> javas() throws IOException {
    List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
    Path usual = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(usual)) {
      try (Stream<Path> all = Files.list(usual)) {
        all.filter(home -> Runtime.version().feature() < 25 && home.toString().contains("25"))
            .filter(home -> Files.isExecutable(home.resolve("bin/java")))
            .findFirst()
            .ifPresent(homes::add);
      }
    }
    return homes;
  }

  @ParameterizedTest
  @MethodSource("javas")
  void starts_say_nothing_of_java_from_a_new_install_or_another_users(Path home) throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", home.toString());
    Path ready = project.resolve("target/launch");
    for (Path file : files(ready)) {
      Files.delete(file);
    }
    assertQuiet(List.of(), environment);
    assumeTrue(onPath("setpriv") && "root".equals(System.getProperty("user.name")), "not root");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    assertQuiet(nobody, environment);
    for (Path file : files(ready)) {
      Files.delete(file);
    }
    assertQuiet(nobody, environment);
    assertEquals(List.of(), files(ready), "written by a user who may not");
  }

  private static void assertQuiet(List<String> as, Map<String, String> environment)
      throws Exception {
    assertEquals("", launch(as, folder, environment, "--version").succeeded().err());
    String reported = launch(as, folder, environment, "demo", "-q").succeeded().err();
    assertTrue(reported.lines().allMatch(line -> line.startsWith("next: ")), reported);
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
    String reported = Files.readString(err);
    assertEquals(143, process.exitValue(), reported);
    assertTrue(reported.endsWith("next: " + typed() + " train --resume " + run + "\n"), reported);
    assertTrue(Invocation.of("verify", run).succeeded().out().contains("are whole"));
  }
}
