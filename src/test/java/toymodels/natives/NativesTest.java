package toymodels.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativesTest {
  @TempDir Path parent;

  @Test
  void unpacks_only_what_has_the_listed_hash() throws Exception {
    try (Natives natives = Natives.openBelow(parent)) {
      String known =
          Natives.hashes().keySet().stream().filter(this::isHere).findAny().orElseThrow();
      Path file = natives.unpack(known);
      assertEquals(Natives.hashes().get(known), Natives.sha256(Files.readAllBytes(file)));
      String message =
          assertThrows(
                  IllegalStateException.class,
                  () -> natives.unpack("toymodels/natives/Natives.class"))
              .getMessage();
      assertTrue(message.contains("the jar that holds it was changed"), message);
    }
  }

  private boolean isHere(String resource) {
    return Natives.class.getResource("/" + resource) != null;
  }

  @Test
  void only_this_user_enters_and_nothing_stays() throws Exception {
    Path directory;
    try (Natives natives = Natives.openBelow(parent)) {
      directory = natives.directory();
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
      String before = System.getProperty("java.io.tmpdir");
      natives.asTemporaryDirectory(
          () -> assertEquals(directory(natives), System.getProperty("java.io.tmpdir")));
      assertEquals(before, System.getProperty("java.io.tmpdir"));
    }
    assertFalse(Files.exists(directory));
  }

  private static String directory(Natives natives) {
    return natives.directory().toString();
  }
}
