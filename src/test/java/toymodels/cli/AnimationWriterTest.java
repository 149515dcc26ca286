package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.viewer.Image;

/** Recordings that another program makes, with a small program in its place. */
class AnimationWriterTest {
  @TempDir Path folder;

  private void ffmpeg(String script) throws Exception {
    Path program = Files.writeString(folder.resolve("ffmpeg"), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private static Image image() {
    return new Image(6, 4, new byte[6 * 4 * 4]);
  }

  @Test
  void ffmpeg_gets_every_frame_and_its_size() throws Exception {
    ffmpeg("for last; do :; done\necho \"$@\" > " + folder + "/said\ncat > \"$last\"\n");
    Path file = folder.resolve("a film.mp4");
    try (AnimationWriter film = AnimationWriter.of(file, "/nowhere:" + folder)) {
      film.add(image());
      film.add(image());
      film.finish();
    }
    assertEquals(2 * 6 * 4 * 4, Files.size(file));
    assertTrue(Files.readString(folder.resolve("said")).contains("-pix_fmt rgba -s 6x4"));
  }

  @Test
  void what_ffmpeg_says_is_told() throws Exception {
    ffmpeg("cat > /dev/null\necho no such codec\nexit 1\n");
    try (AnimationWriter film = AnimationWriter.of(folder.resolve("a.mp4"), folder.toString())) {
      film.add(image());
      CommandError error = assertThrows(CommandError.class, film::finish);
      assertTrue(error.getMessage().contains("no such codec"), error.getMessage());
    }
  }

  @Test
  void without_ffmpeg_a_gif_is_offered() {
    CommandError error =
        assertThrows(
            CommandError.class, () -> AnimationWriter.of(folder.resolve("a.mp4"), "/nowhere"));
    assertTrue(error.threeLines().contains("a.gif"), error.threeLines());
    assertThrows(CommandError.class, () -> AnimationWriter.of(folder.resolve("a.avi"), "/nowhere"));
  }
}
