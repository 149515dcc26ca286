package toymodels.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import toymodels.files.InputFile;
import toymodels.natives.PathTrust;
import toymodels.natives.Programs;

/** Runs bench/peers/paired.py: PyTorch, JAX and toymodels in turns at the same work. */
final class PairedPeers {
  private static final int MOST_BYTES = 16 << 20;

  private static final String SCRIPT = "bench/peers/paired.py";

  private PairedPeers() {}

  /**
   * Waits for all of it; what it prints goes to where this process's output goes.
   *
   * @param python a Python with torch or jax
   * @param peers as the script names them, such as "torch:bmm,jax:scan"
   * @return what the script measured
   * @throws CommandError if the script is not there, or fails
   */
  static JsonNode run(
      String python, String peers, double seconds, int batch, int threads, PrintWriter log)
      throws IOException, InterruptedException {
    Path script = script(python);
    Path folder = Files.createTempDirectory("toymodels-peers");
    Path out = folder.resolve("peers.json");
    try {
      List<String> command =
          List.of(
              python,
              script.toString(),
              "--python=" + python,
              "--java=" + Path.of(System.getProperty("java.home"), "bin", "java"),
              "--classes=" + System.getProperty("java.class.path"),
              "--peers=" + peers,
              "--batch=" + batch,
              "--threads=" + threads,
              "--seconds=" + seconds,
              "--out=" + out);
      follow(command, python, log);
      return new ObjectMapper().readTree(InputFile.bytes(out, MOST_BYTES));
    } finally {
      Files.deleteIfExists(out);
      Files.delete(folder);
    }
  }

  /**
   * Makes sure, before anything is measured, that there is a script and a Python that starts.
   *
   * @throws CommandError if not
   */
  static void require(String python, PrintWriter log) throws InterruptedException, IOException {
    script(python);
    follow(List.of(python, "--version"), python, log);
  }

  private static void follow(List<String> command, String python, PrintWriter log)
      throws InterruptedException, IOException {
    Process process;
    try {
      process = Programs.process(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw failed("%s does not start".formatted(python), python);
    }
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(log::println);
    }
    int code = process.waitFor();
    if (code != 0) {
      throw failed("%s ended with exit code %d".formatted(command.get(1), code), python);
    }
  }

  private static CommandError failed(String what, String python) {
    return new CommandError(
        ErrorKind.USAGE,
        what,
        "bench cpu --python " + python,
        "name a Python that has the peers: --python=PYTHON, and --peers if it lacks one of them");
  }

  /** In the working directory, or where the jar or the classes were built from. */
  private static Path script(String python) {
    Stream<Path> homes =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().getParent())
            .filter(target -> target != null && target.getParent() != null)
            .map(Path::getParent);
    return Stream.concat(Stream.of(Path.of("").toAbsolutePath()), homes)
        .map(home -> home.resolve(SCRIPT))
        .filter(Files::isRegularFile)
        .filter(file -> PathTrust.whyUntrusted(file).isEmpty())
        .findFirst()
        .orElseThrow(
            () ->
                new CommandError(
                    ErrorKind.USAGE,
                    "peers are timed by " + SCRIPT + ", which is not here",
                    "bench cpu --python " + python,
                    "run it in the folder of toymodels' sources"));
  }

  /** One line a shape and peer: how many times as fast, of rounds that were timed in turns. */
  static void print(JsonNode run, PrintWriter out) {
    for (JsonNode shape : run.path("shapes")) {
      String size = shape.path("features").asInt() + " x " + shape.path("hidden").asInt();
      shape
          .path("ratios")
          .fields()
          .forEachRemaining(
              ratio -> {
                if (ratio.getKey().endsWith(" per_second")) {
                  JsonNode times = ratio.getValue();
                  out.printf(
                      "%9s  %.1f (%.1f to %.1f) times %s%n",
                      size,
                      times.path("median").asDouble(),
                      times.path("min").asDouble(),
                      times.path("max").asDouble(),
                      times.path("best").asText());
                }
              });
    }
  }
}
