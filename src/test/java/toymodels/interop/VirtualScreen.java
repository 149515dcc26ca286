package toymodels.interop;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A screen of Xvfb for processes with windows. */
final class VirtualScreen implements AutoCloseable {
  private final Process server;
  private final Path directory;
  private final String display;

  private VirtualScreen(Process server, Path directory, String display) {
    this.server = server;
    this.directory = directory;
    this.display = display;
  }

  /** Skips the test without Xvfb, or fails it with {@code -Dgl=required}. */
  static VirtualScreen open(Path directory) throws IOException, InterruptedException {
    if (!new File("/usr/bin/Xvfb").canExecute()) {
      String reason = "there is no Xvfb for a window: apt-get install xvfb";
      if ("required".equals(System.getProperty("gl"))) {
        fail(reason);
      }
      Assumptions.abort("skipped: " + reason);
    }
    Path number = directory.resolve("display");
    Process server =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "exec Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>" + number)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("xvfb.log").toFile())
            .start();
    for (int i = 0; i < 6_000 && (Files.notExists(number) || Files.size(number) == 0); i++) {
      Thread.sleep(50);
    }
    return new VirtualScreen(server, directory, ":" + Files.readString(number).strip());
  }

  /** A Java process on this screen, with both of its outputs in one. */
  ProcessBuilder java(String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("-cp");
    command.add(absolute(System.getProperty("java.class.path")));
    command.add(main);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(directory.toFile());
    builder.environment().put("DISPLAY", display);
    return builder;
  }

  private static String absolute(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split(File.pathSeparator)) {
      parts.add(Path.of(part).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, parts);
  }

  /** Ends the X server as a crash does. */
  void kill() throws InterruptedException {
    server.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    server.destroy();
  }
}
