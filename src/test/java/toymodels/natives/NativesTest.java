package toymodels.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.natives.NativeLoadException.Reason;

class NativesTest {
  @TempDir Path parent;

  @Test
  void every_library_here_has_the_listed_hash() {
    int here = 0;
    for (Map.Entry<String, String> entry : Natives.hashes().entrySet()) {
      if (Natives.class.getResource("/" + entry.getKey()) != null) {
        here++;
        assertEquals(entry.getValue(), Natives.sha256(Natives.verified(entry.getKey())));
      }
    }
    assertTrue(here >= 4, here + " libraries");
    String message =
        assertThrows(
                NativeLoadException.class,
                () -> Natives.verified("toymodels/natives/Natives.class"))
            .getMessage();
    assertTrue(message.contains("the jar that holds it was changed"), message);
  }

  private PrivateDirectory below(Path folder) throws IOException {
    return PrivateDirectory.below(new PrivateDirectory.Place(folder, false));
  }

  @Test
  void only_this_user_enters_and_nothing_stays() throws IOException {
    Path path;
    try (PrivateDirectory directory = below(parent)) {
      path = directory.path();
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
      Files.writeString(path.resolve("file"), "x");
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void a_folder_where_others_could_rename_it_is_refused() throws IOException {
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
    IOException e = assertThrows(IOException.class, () -> below(parent));
    assertTrue(e.getMessage().contains("other users may write to"), e.getMessage());
    Files.setAttribute(parent, "unix:mode", 01777);
    below(parent).close();
  }

  @Test
  void a_place_that_was_made_goes_with_it() throws IOException {
    Path made = parent.resolve("cache/toymodels");
    try (PrivateDirectory directory =
        PrivateDirectory.below(new PrivateDirectory.Place(made, true))) {
      assertTrue(directory.path().startsWith(made));
    }
    assertFalse(Files.exists(parent.resolve("cache")));
    assertThrows(IOException.class, () -> below(made));
  }

  @Test
  void what_a_killed_process_left_is_deleted_by_a_later_one() throws IOException {
    Path abandoned = parent.resolve("toymodels-999999999-1");
    Path young = parent.resolve("toymodels-999999998-1");
    Path running = parent.resolve("toymodels-" + ProcessHandle.current().pid() + "-1");
    Path other = parent.resolve("toymodels-notes-1");
    for (Path folder : new Path[] {abandoned, young, running, other}) {
      Files.createDirectory(folder);
      Files.writeString(folder.resolve("file"), "x");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      if (folder != young) {
        Files.setLastModifiedTime(folder, FileTime.fromMillis(0));
      }
    }
    below(parent).close();
    assertFalse(Files.exists(abandoned));
    assertTrue(Files.exists(young) && Files.exists(running) && Files.exists(other));
  }

  @ParameterizedTest
  @CsvSource({
    "'/t/a.so: /t/a.so: failed to map segment from shared object', NO_PLACE",
    "'/t/a.so: libcuda.so.1: cannot open shared object file: No such file', MISSING_LIBRARY",
    "'/t/a.so: wrong ELF class: ELFCLASS32', WRONG_ARCHITECTURE",
    "'/t/a.so: undefined symbol: cuInit', MISSING_SYMBOL",
    "'/t/a.so: /lib/libc.so.6: version `GLIBC_2.38'' not found (required by a)', MISSING_SYMBOL",
    "'/t/a.so: invalid ELF header', WRONG_ARCHITECTURE",
    "'something else', OTHER",
  })
  void the_loader_s_words_are_told_apart(String said, Reason reason) {
    NativeLoadException e = NativeLoadException.of("a.so", new UnsatisfiedLinkError(said));
    assertEquals(reason, e.reason());
    assertTrue(e.getMessage().contains(said), e.getMessage());
    assertEquals(said.contains("libcuda"), e.misses("libcuda.so.1"));
    assertEquals(e, NativeLoadException.in(new ExceptionInInitializerError(e)));
  }
}
