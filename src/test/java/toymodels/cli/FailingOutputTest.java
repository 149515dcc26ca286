package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that cannot be written are a failure, and a reader that has seen enough is none. */
class FailingOutputTest {
  private static final Path FULL = Path.of("/dev/full");

  @TempDir private static Path folder;

  @BeforeAll
  static void train() throws IOException {
    String config = "[model]\nkind = \"relu-output\"\nfeatures = 5\nhidden = 2\n";
    Path file = folder.resolve("a.toml");
    Files.writeString(file, config + "[train]\nsteps = 4\nbatch = 8\n[eval]\nsamples = 64\n");
    Invocation.of("train", file.toString(), "--out", run(), "-q").succeeded();
  }

  private static String run() {
    return folder.resolve("run").toString();
  }

  /** The stream of a command whose every write fails. */
  private static Invocation into(String failure, String line) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] words = line.replace("@", run()).split(" ");
    int code = Toymodels.run(Terminal.of(broken, err, false), words);
    return new Invocation(code, "", err.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect @",
        "inspect @ --json",
        "inspect @/final.safetensors",
        "verify @",
        "diff @ @",
        "config keys",
        "config example",
        "doctor",
        "doctor --json",
        "reproduce --list",
        "report @",
        "train --resume @ -q",
        "train --resume @ --json -q",
        "--help",
        "--version",
        "train --help",
      })
  void results_that_are_lost_are_told(String line) {
    into("No space left on device", line).failed(ErrorKind.STORAGE);
    Invocation closed = into("Broken pipe", line);
    assertEquals(0, closed.code(), closed.err());
    assertTrue(!closed.err().contains("error"), closed.err());
  }

  @Test
  void a_full_device_ends_the_process_with_8() throws Exception {
    assumeTrue(Files.exists(FULL), "there is no /dev/full");
    RealCommand full = RealCommand.with(Map.of()).to(FULL);
    full.run("inspect", run()).failed(ErrorKind.STORAGE);
    full.run("config", "example").failed(ErrorKind.STORAGE);
    full.run("--help").failed(ErrorKind.STORAGE);
  }

  @Test
  void a_closed_pipe_is_quiet() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    Path code = folder.resolve("code");
    ProcessBuilder builder = new ProcessBuilder("/bin/bash", "-c");
    builder.command().add("{ sleep 0.3; \"$@\"; echo $? > '" + code + "'; } | true");
    builder.command().add("sh");
    builder.command().addAll(RealCommand.with(Map.of()).line("config", "keys"));
    Process piped = builder.redirectErrorStream(true).start();
    String said = new String(piped.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    piped.waitFor();
    assertEquals("", said);
    assertEquals("0\n", Files.readString(code));
  }
}
