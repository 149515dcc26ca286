package toymodels.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files planted where LWJGL and imgui-java would look are never loaded. */
class PrivateNativesTest {
  private static final int PROCESSES = 4;

  /** Loads everything, then prints which files of native libraries are mapped. */
  public static final class Child {
    public static void main(String[] args) throws IOException {
      ViewerNatives.load();
      ViewerNatives.loadPanels();
      Files.lines(Path.of("/proc/self/maps"))
          .filter(line -> line.matches(".*(lwjgl|glfw|imgui).*\\.so.*"))
          .map(line -> line.replaceAll("^[^/]*", ""))
          .distinct()
          .forEach(System.out::println);
    }
  }

  @Test
  void planted_libraries_are_ignored_by_processes_that_start_together(@TempDir Path shared)
      throws Exception {
    String user = System.getProperty("user.name");
    for (String planted :
        List.of(
            "lwjgl_" + user + "/3.4.3+4/x64/liblwjgl.so",
            "lwjgl_" + user + "/3.4.3+4/x64/liblwjgl_stb.so",
            "lwjgl_" + user + "/3.4.3+4/x64/liblwjgl_opengl.so",
            "lwjgl_" + user + "/3.4.3+4/x64/libglfw.so",
            "imgui-java-natives/1.88.0/libimgui-java64.so")) {
      Path file = shared.resolve(planted);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "not a library: loading this fails");
    }
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Djava.io.tmpdir=" + shared,
              "-cp",
              System.getProperty("java.class.path"),
              Child.class.getName());
      builder.environment().remove("XDG_RUNTIME_DIR");
      children.add(builder.redirectErrorStream(true).start());
    }
    for (Process child : children) {
      String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, child.waitFor(), output);
      for (String library : List.of("liblwjgl.so", "liblwjgl_stb.so", "libglfw.so", "imgui")) {
        assertTrue(output.contains(library), library + " is not mapped: " + output);
      }
      for (String line : output.split("\n")) {
        if (line.startsWith("/")) {
          assertTrue(line.startsWith(shared + "/toymodels-"), line);
          assertTrue(line.endsWith("(deleted)"), line);
        }
      }
    }
    try (Stream<Path> left = Files.list(shared)) {
      assertFalse(
          left.anyMatch(p -> p.getFileName().toString().startsWith("toymodels-")),
          "private directories are left behind");
    }
  }
}
