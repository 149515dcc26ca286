package toymodels.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
  @TempDir Path folder;

  private Path program(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\necho \"$PATH\"\n");
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  @Test
  void only_absolute_folders_are_searched() throws IOException {
    Path here = Path.of("").toAbsolutePath().relativize(folder);
    Path nvcc = program("nvcc");
    for (String path : List.of("", ":", ".", "::/none", here.toString(), "bin:" + here)) {
      assertEquals(Optional.empty(), Programs.find("nvcc", Map.of("PATH", path)).program(), path);
    }
    assertEquals(
        Optional.of(nvcc), Programs.find("nvcc", Map.of("PATH", ":.:" + folder)).program());
    assertEquals(Optional.empty(), Programs.find("nvcc", List.of(here)).program());
  }

  @Test
  void a_program_that_others_can_change_is_passed_over_and_named() throws IOException {
    Path open = program("open/nvcc");
    Path good = program("good/nvcc");
    Files.setPosixFilePermissions(open.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    Programs.Search search = Programs.find("nvcc", List.of(open.getParent(), good.getParent()));
    assertEquals(Optional.of(good), search.program());
    Programs.Search none = Programs.find("nvcc", List.of(open.getParent()));
    assertEquals(Optional.empty(), none.program());
    assertTrue(none.describe().contains("not used: " + open), none.describe());
  }

  @Test
  void what_a_program_starts_itself_is_not_looked_for_here_either() throws Exception {
    Path shown = program("shown");
    ProcessBuilder builder = Programs.process(List.of(shown.toString()));
    String path = builder.environment().get("PATH");
    for (String part : path.split(":")) {
      assertTrue(Path.of(part).isAbsolute(), path);
      assertTrue(PathTrust.whyOthersAdd(Path.of(part)).isEmpty(), part);
    }
    assertThrows(IOException.class, () -> Programs.process(List.of("no-such-program-here")));
  }
}
