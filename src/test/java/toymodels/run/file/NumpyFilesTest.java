package toymodels.run.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumpyFilesTest {
  private static final String HEADER =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

  @TempDir Path folder;

  private static byte[] npy(String header, int data) {
    String padded = header + " ".repeat(117 - header.length() % 64 - 64 + 64) + "\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1));
    bytes.write(padded.length() & 0xff);
    bytes.write(padded.length() >> 8);
    bytes.writeBytes(padded.getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(new byte[data]);
    return bytes.toByteArray();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("x.npy"), bytes);
  }

  @Test
  void an_archive_is_read_as_it_was_written() {
    Path file = folder.resolve("a.npz");
    float[] w = {1, 2, 3, -4.5f, Float.MAX_VALUE, 0};
    Npz.create(
        file,
        List.of(
            Tensor.floats("W", w, 2, 3),
            Tensor.doubles("eval.x", new double[] {0.25}, 1),
            Tensor.doubles("single", new double[] {7})));
    assertEquals(List.of("W", "eval.x", "single"), Npz.names(file));
    assertArrayEquals(w, Npz.read(file, "W").values());
    assertArrayEquals(new long[] {2, 3}, Npz.read(file, "W").shape());
    assertArrayEquals(new float[] {0.25f}, Npz.read(file, "eval.x").values());
    assertArrayEquals(new long[0], Npz.read(file, "single").shape());
    assertThrows(DamagedFileException.class, () -> Npz.read(file, "../W"));
  }

  @Test
  void the_header_is_the_one_numpy_writes_or_none() throws IOException {
    assertArrayEquals(new float[6], Npy.read(file(npy(HEADER, 24))).values());
    for (String header :
        List.of(
            "",
            "{}",
            HEADER.replace("<f4", "|O"),
            HEADER.replace("<f4", "<i8"),
            HEADER.replace("'shape'", "'sharp'"),
            HEADER.replace("(2, 3), }", "(2, 3)"),
            HEADER.replace("(2, 3)", "(2, 3,,)"),
            HEADER.replace("(2, 3)", "(" + "(".repeat(5000)),
            HEADER.replace("False", "0"),
            HEADER.replace("(2, 3)", "[2, 3]"),
            HEADER.replace("(2, 3)", "(6)"),
            HEADER.replace("(2, 3)", "(2, -3)"),
            HEADER.replace("(2, 3)", "(2, 4)"),
            HEADER.replace("(2, 3)", "(2, 2)"),
            HEADER.replace("(2, 3)", "(999999999999999999, 999999999999999999)"),
            HEADER.replace("(2, 3)", "(4294967296, 4294967296)"),
            HEADER.replace("(2, 3)", "(__import__('os').system('id'), )"),
            HEADER.replace("{", "{'x': 1, "),
            HEADER + "x")) {
      Path file = file(npy(header, 24));
      assertThrows(DamagedFileException.class, () -> Npy.read(file), header);
    }
  }

  @Test
  void a_file_cut_anywhere_is_refused() throws IOException {
    byte[] whole = npy(HEADER, 24);
    for (int length = 0; length < whole.length; length++) {
      Path cut = file(Arrays.copyOf(whole, length));
      assertThrows(DamagedFileException.class, () -> Npy.read(cut), "at " + length);
    }
    Path zip = folder.resolve("a.npz");
    Npz.create(zip, List.of(Tensor.floats("W", new float[3], 3)));
    byte[] archive = Files.readAllBytes(zip);
    for (int length = 0; length < archive.length; length++) {
      Path cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(archive, length));
      assertThrows(DamagedFileException.class, () -> Npz.read(cut, "W"), "at " + length);
    }
  }

  /** Far more zeros than the one number that the header tells of. */
  @Test
  void a_zip_bomb_is_refused_by_its_header() throws IOException {
    Path bomb = folder.resolve("bomb.npz");
    byte[] zeros = new byte[1 << 20];
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
      zip.putNextEntry(new ZipEntry("W.npy"));
      zip.write(npy(HEADER.replace("(2, 3)", "(1,)"), 4));
      for (int i = 0; i < 64; i++) {
        zip.write(zeros);
      }
      zip.closeEntry();
    }
    assertThrows(DamagedFileException.class, () -> Npz.read(bomb, "W"));
  }
}
