package toymodels.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathTrustTest {
  private static final int NOBODY = 65534;

  @TempDir Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }

  private static void mode(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static boolean trusted(Path path) {
    return PathTrust.whyUntrusted(path).isEmpty();
  }

  @Test
  void what_this_user_and_root_alone_can_write_is_trusted() throws IOException {
    assertTrue(trusted(file("a/b/c")));
    assertTrue(trusted(Path.of("/bin/sh")));
    assertTrue(trusted(Path.of("/tmp")));
  }

  @Test
  void a_file_or_any_folder_above_it_that_others_can_write_is_not() throws IOException {
    Path file = file("a/b/c");
    for (Path open : new Path[] {file, folder.resolve("a/b"), folder.resolve("a")}) {
      String before = PosixFilePermissions.toString(Files.getPosixFilePermissions(open));
      mode(open, "rwxrwxrwx");
      assertEquals(Optional.of("other users may write to " + open), PathTrust.whyUntrusted(file));
      mode(open, before);
    }
    assertTrue(trusted(file));
  }

  @Test
  void a_sticky_folder_is_trusted_but_not_as_a_place_to_find_things_in() throws IOException {
    Path sticky = Files.createDirectory(folder.resolve("sticky"));
    Files.setAttribute(sticky, "unix:mode", 01777);
    assertTrue(trusted(sticky));
    assertTrue(PathTrust.whyOthersAdd(sticky).isPresent());
    assertTrue(PathTrust.whyOthersAdd(folder).isEmpty());
  }

  @Test
  void what_belongs_to_another_user_is_not() throws IOException {
    Path file = file("a/b");
    assumeTrue(chown(file, NOBODY), "only root can give a file away");
    assertTrue(PathTrust.whyUntrusted(file).orElseThrow().contains("belongs to another user"));
    assertTrue(chown(file, 0) && chown(folder.resolve("a"), NOBODY));
    assertTrue(PathTrust.whyUntrusted(file).orElseThrow().contains("belongs to another user"));
  }

  private static boolean chown(Path path, int user) {
    try {
      Files.setAttribute(path, "unix:uid", user);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Also a link in the middle of a chain of links, whose folder others can write to. */
  @Test
  void every_link_on_the_way_counts() throws IOException {
    Path real = file("real/file");
    Path open = Files.createDirectory(folder.resolve("open"));
    Path middle = Files.createSymbolicLink(open.resolve("middle"), real);
    Path first = Files.createSymbolicLink(folder.resolve("first"), middle);
    assertTrue(trusted(first));
    mode(open, "rwxrwxrwx");
    assertTrue(trusted(real));
    assertEquals(Optional.of("other users may write to " + open), PathTrust.whyUntrusted(first));
    Path circle = folder.resolve("circle");
    Files.createSymbolicLink(circle, circle);
    assertTrue(PathTrust.whyUntrusted(circle).isPresent());
    assertTrue(PathTrust.whyUntrusted(folder.resolve("absent")).isPresent());
  }

  @Test
  void a_private_file_is_this_user_s_and_closed_to_groups() throws IOException {
    Path file = file("own");
    mode(file, "rw-------");
    assertTrue(PathTrust.whyNotPrivate(file).isEmpty());
    mode(file, "rw-rw----");
    assertTrue(PathTrust.whyNotPrivate(file).isPresent());
  }
}
