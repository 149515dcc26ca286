package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewCommandTest {
  @TempDir Path directory;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int view(String... arguments) {
    err.reset();
    Terminal terminal = Terminal.of(new ByteArrayOutputStream(), err, false);
    String[] all = Stream.concat(Stream.of("view"), Stream.of(arguments)).toArray(String[]::new);
    int code = Toymodels.run(terminal, all);
    terminal.close();
    return code;
  }

  /** Three vectors in two dimensions as NumPy writes them. */
  private Path vectors() throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
    header += " ".repeat(128 - 10 - header.length() - 1) + "\n";
    ByteBuffer npy = ByteBuffer.allocate(128 + 24).order(ByteOrder.LITTLE_ENDIAN);
    npy.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
    npy.put(header.getBytes(StandardCharsets.US_ASCII));
    for (float w : new float[] {0, 1, 0.87f, -0.5f, -0.87f, -0.5f}) {
      npy.putFloat(w);
    }
    return Files.write(directory.resolve("triangle.npy"), npy.array());
  }

  @Test
  void a_picture_opens_again_with_its_camera_to_the_same_bytes() throws IOException {
    Path file = vectors();
    Path one = directory.resolve("one.png");
    Path two = directory.resolve("two.png");
    String[] common = {
      file.toString(), "--headless", "--renderer", "cpu", "--size", "320x240", "--faces",
    };
    assertEquals(0, view(with(common, "--screenshot", one.toString())), err.toString());
    assertEquals(
        0,
        view(with(common, "--screenshot", two.toString(), "--camera", one.toString())),
        err.toString());
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
  }

  @Test
  void a_recording_is_a_gif() throws IOException {
    Path gif = directory.resolve("out.gif");
    assertEquals(
        0,
        view(
            vectors().toString(),
            "--headless",
            "--renderer",
            "cpu",
            "--size",
            "160x120",
            "--frames",
            "3",
            "--record",
            gif.toString()),
        err.toString());
    byte[] bytes = Files.readAllBytes(gif);
    assertEquals("GIF89a", new String(bytes, 0, 6, StandardCharsets.US_ASCII));
    assertEquals(0x3b, bytes[bytes.length - 1]);
  }

  @Test
  void wrong_uses_are_told_and_change_nothing() throws IOException {
    Path file = vectors();
    Path text = Files.writeString(directory.resolve("no.json"), "{}");
    String out = directory.resolve("never.png").toString();
    List<String[]> uses =
        List.of(
            new String[] {"2", file.toString(), "--headless"},
            new String[] {"2", file.toString(), "--screenshot", out, "--size", "0x0"},
            new String[] {"2", file.toString(), "--screenshot", out, "--model", "1"},
            new String[] {"2", file.toString(), "--screenshot", out, "--scale", "NaN"},
            new String[] {"4", file.toString(), "--screenshot", out, "--camera", text.toString()},
            new String[] {"4", text.toString(), "--screenshot", out});
    for (String[] use : uses) {
      int code = view(Stream.of(use).skip(1).toArray(String[]::new));
      assertEquals(Integer.parseInt(use[0]), code, String.join(" ", use) + ": " + err);
      assertTrue(err.toString().startsWith("error["), err.toString());
      assertTrue(Files.notExists(Path.of(out)));
    }
  }

  private static String[] with(String[] common, String... more) {
    return Stream.concat(Stream.of(common), Stream.of(more)).toArray(String[]::new);
  }
}
