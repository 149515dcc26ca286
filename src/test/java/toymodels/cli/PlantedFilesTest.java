package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lwjgl.system.Library;

/** What other users have left where libraries and programs are looked for never runs. */
class PlantedFilesTest {
  private static final Path EMULATOR = Path.of("target/emulator").toAbsolutePath();

  @TempDir Path folder;
  private CommandProcess command;
  private Path mark;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void plant() throws Exception {
    command = new CommandProcess(folder);
    mark = folder.resolve("mark");
    environment.put(PlantedLibrary.MARK, mark.toString());
    PlantedLibrary.plant(
        PlantedLibrary.build(folder), command.temporary, command.current, command.home);
    for (String program :
        List.of("nvcc", "gcc", "g++", "cc", "ffmpeg", "python3", "git", "nvidia-smi", "ldconfig")) {
      Path file = command.current.resolve(program);
      Files.writeString(file, "#!/bin/sh\necho %s >> '%s'\n".formatted(program, mark));
      assertTrue(file.toFile().setExecutable(true));
    }
    environment.put("PATH", ":.:" + command.current.getFileName() + ":" + System.getenv("PATH"));
  }

  /** LWJGL as it is, without the loader: this test's plants are where they have to be. */
  public static final class WithoutLoader {
    public static void main(String[] arguments) {
      Library.initialize();
    }
  }

  @Test
  void without_the_loader_a_planted_library_does_run() throws Exception {
    command.main(WithoutLoader.class.getName(), environment);
    assertTrue(Files.exists(mark), "the planted library is not where LWJGL looks");
  }

  @Test
  void a_forged_file_has_the_other_s_crc() {
    byte[] forged = PlantedLibrary.sameCrc(new byte[] {1, 2, 3}, new byte[] {4, 5});
    assertEquals(crc(new byte[] {4, 5}), crc(forged));
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  @Test
  void no_command_runs_what_is_planted_or_leaves_anything() throws Exception {
    clean(
        0,
        List.of("cwd/gl.png"),
        "view",
        "intro",
        "--headless",
        "--steps",
        "20",
        "--screenshot",
        "gl.png");
    clean(
        0,
        List.of("cwd/cpu.png"),
        "view",
        "intro",
        "--headless",
        "--steps",
        "20",
        "--renderer",
        "cpu",
        "--screenshot",
        "cpu.png");
    clean(4, List.of(), "view", "intro", "--headless", "--steps", "20", "--record", "film.mp4");
    clean(0, List.of(), "demo", "-q");
    if (Files.exists(EMULATOR.resolve("libcuda.so.1"))) {
      environment.put("LD_LIBRARY_PATH", EMULATOR.toString());
    }
    clean(0, List.of(), "doctor");
    Path config = command.current.resolve("five.toml");
    Files.writeString(
        config,
        """
        [model]
        kind = "relu-output"
        features = 5
        hidden = 2
        [data]
        density = 0.1
        [importance]
        uniform = 1.0
        [train]
        steps = 10
        replicas = 2
        batch = 64
        """);
    String backend = environment.containsKey("LD_LIBRARY_PATH") ? "cuda" : "cpu";
    clean(0, List.of("cwd/run"), "train", "five.toml", "-q", "--backend", backend, "--out", "run");
    clean(0, List.of("cwd/run"), "report", "run");
  }

  /**
   * @param made files, or folders with files, that the command is there to make
   */
  private void clean(int code, List<String> made, String... arguments) throws Exception {
    TreeSet<String> before = command.files();
    CommandProcess.Outcome outcome = command.run(environment, arguments);
    assertEquals(code, outcome.code(), () -> outcome.out() + outcome.err());
    assertFalse(Files.exists(mark), () -> "ran: " + read(mark));
    TreeSet<String> more = command.files();
    more.removeAll(before);
    more.removeIf(file -> made.stream().anyMatch(m -> file.equals(m) || file.startsWith(m + "/")));
    assertEquals(new TreeSet<>(), more, () -> "left by " + List.of(arguments));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
