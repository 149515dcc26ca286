package toymodels.run.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that NumPy and the safetensors library wrote, made by {@code numpy/make.py}. */
class ForeignFilesTest {
  private static final Path FOLDER = Path.of("src/test/resources/numpy");
  private static final float[] SIGNED = {-2, -1, 0, 1, 2, 3};
  private static final float[] UNSIGNED = {0, 1, 2, 3, 4, 5};
  private static final float[] BOOLEAN = {0, 1, 0, 1, 0, 1};

  private static List<Path> files(boolean supported) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(f -> f.toString().endsWith(".npy"))
          .filter(f -> supported != f.getFileName().toString().startsWith("unsupported"))
          .sorted()
          .toList();
    }
  }

  static List<Path> readable() throws IOException {
    return files(true);
  }

  static List<Path> unsupported() throws IOException {
    return files(false);
  }

  private static float[] expected(String name) {
    if (name.startsWith("bool")) {
      return BOOLEAN;
    }
    return name.matches(".*-u\\d.*|uint.*") ? UNSIGNED : SIGNED;
  }

  @ParameterizedTest
  @MethodSource("readable")
  void every_layout_of_numbers_is_read(Path file) {
    Npy.Numbers numbers = Npy.read(file);
    assertArrayEquals(new long[] {2, 3}, numbers.shape());
    assertArrayEquals(expected(file.getFileName().toString()), numbers.values());
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void what_is_no_number_is_unsupported_and_not_damaged(Path file) {
    String said = assertThrows(DamagedFileException.class, () -> Npy.read(file)).getMessage();
    assertTrue(said.contains("is not supported"), said);
    assertTrue(!said.contains("damaged") && said.contains("astype('f4')"), said);
  }

  @Test
  void archives_are_read_stored_and_compressed() {
    assertArrayEquals(SIGNED, Npz.read(FOLDER.resolve("stored.npz"), "W").values());
    assertArrayEquals(SIGNED, Npz.read(FOLDER.resolve("stored.npz"), "F").values());
    assertArrayEquals(SIGNED, Npz.read(FOLDER.resolve("compressed.npz"), "W").values());
  }

  @Test
  void every_type_of_safetensors_is_read() {
    try (Safetensors file = Safetensors.open(FOLDER.resolve("all.safetensors"))) {
      assertTrue(file.tensors().size() > 10);
      for (TensorInfo info : file.tensors()) {
        assertArrayEquals(expected(info.name()), file.floats(info), info.name());
      }
    }
  }

  @Test
  void the_largest_unsigned_numbers_round_as_they_should() {
    assertArrayEquals(
        new float[] {18446744073709551616f, 9223372036854775808f, 9223373136366403584f},
        new float[] {value(-1L), value(Long.MIN_VALUE), value(0x8000008000000001L)});
  }

  private static float value(long bits) {
    NpyHeader header = new NpyHeader("u8", java.nio.ByteOrder.BIG_ENDIAN, false, new long[] {1}, 0);
    return header.next(java.nio.ByteBuffer.allocate(8).putLong(0, bits));
  }
}
