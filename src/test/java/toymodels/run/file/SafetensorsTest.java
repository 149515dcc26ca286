package toymodels.run.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private static final float[] W = {1.5f, -0f, Float.MIN_VALUE, Float.NaN, 5, 6};

  @TempDir Path folder;

  private Path write(Tensor... tensors) {
    Path file = folder.resolve("t.safetensors");
    SafetensorsWriter.write(
        Disk.LOCAL,
        file,
        true,
        new LinkedHashMap<>(Map.of("who", "ünï \"x\"\n")),
        List.of(tensors));
    return file;
  }

  /** A file of this header, as its bytes are, and so many bytes of data. */
  private Path file(String header, int data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    return file(text.length, text, data);
  }

  private Path file(long length, byte[] header, int data) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + data).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(header);
    return Files.write(folder.resolve("made.safetensors"), bytes.array());
  }

  @Test
  void what_is_written_is_read() {
    Path file =
        write(
            Tensor.floats("W", W, 1, 3, 2),
            Tensor.longs("ids", new long[] {Long.MIN_VALUE}, 1),
            Tensor.ints("at", new int[] {-1, 7}, 2),
            Tensor.doubles("single", new double[] {Math.PI}),
            Tensor.floats("empty", new float[0], 4, 0));
    try (Safetensors read = Safetensors.open(file)) {
      read.verify();
      assertEquals("ünï \"x\"\n", read.metadata().get("who"));
      assertArrayEquals(W, read.floats(read.find("W").orElseThrow()));
      assertArrayEquals(new long[] {1, 3, 2}, read.find("W").orElseThrow().shape());
      assertArrayEquals(new long[] {Long.MIN_VALUE}, read.longs(read.find("ids").orElseThrow()));
      assertArrayEquals(new int[] {-1, 7}, read.ints(read.find("at").orElseThrow()));
      assertArrayEquals(new double[] {Math.PI}, read.doubles(read.find("single").orElseThrow()));
      assertEquals(0, read.floats(read.find("empty").orElseThrow()).length);
      float[] middle = new float[2];
      read.floats(read.find("W").orElseThrow(), 4, middle);
      assertArrayEquals(new float[] {5, 6}, middle);
    }
  }

  @Test
  void every_array_is_aligned_and_the_data_starts_at_64_bytes() throws IOException {
    Path file =
        write(
            Tensor.floats("odd", new float[3], 3),
            Tensor.longs("ids", new long[1], 1),
            Tensor.ints("at", new int[1], 1));
    long header =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, (header + 8) % 64);
    try (Safetensors read = Safetensors.open(file)) {
      for (TensorInfo info : read.tensors()) {
        assertEquals(0, info.begin() % info.dtype().bytes(), info.name());
      }
    }
  }

  /** Half and brain floats, by IEEE 754: 1, −2, the smallest, the largest, infinity. */
  @Test
  void half_precision_reads_as_the_same_numbers() throws IOException {
    String header =
        "{\"h\":{\"dtype\":\"F16\",\"shape\":[5],\"data_offsets\":[0,10]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[10,14]}}";
    ByteBuffer data = ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN);
    for (int half : new int[] {0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x3f80, 0xc000}) {
      data.putShort((short) half);
    }
    byte[] bytes = Files.readAllBytes(file(header, 14));
    System.arraycopy(data.array(), 0, bytes, bytes.length - 14, 14);
    Path file = Files.write(folder.resolve("half.safetensors"), bytes);
    try (Safetensors read = Safetensors.open(file)) {
      assertArrayEquals(
          new float[] {1, -2, 0x1p-24f, 65504, Float.POSITIVE_INFINITY},
          read.floats(read.find("h").orElseThrow()));
      assertArrayEquals(new float[] {1, -2}, read.floats(read.find("b").orElseThrow()));
    }
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }

  /** Headers over four bytes of data, none of them a file of the format. */
  private static List<String> attacks() {
    String good = tensor("a", "U8", "[4]", "[0,4]");
    List<String> attacks = new ArrayList<>();
    attacks.add("");
    attacks.add("[]");
    attacks.add(" {" + good + "}");
    attacks.add("{" + good);
    attacks.add("{" + good + "}}");
    attacks.add("{" + good + "}\n");
    attacks.add("{" + good + "}\0");
    attacks.add("{" + good + "," + good + "}");
    attacks.add("{" + good + ",}");
    attacks.add("{'a':1}");
    attacks.add("{\"a\":4}");
    attacks.add("{\"a\":{}}");
    attacks.add("{\"a\":null}");
    attacks.add("{" + tensor("a", "U8", "[4]", "[0,5]") + "}");
    attacks.add("{" + tensor("a", "U8", "[5]", "[0,5]") + "}");
    attacks.add("{" + tensor("a", "U8", "[3]", "[0,3]") + "}");
    attacks.add("{" + tensor("a", "U8", "[3]", "[1,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "[4]", "[4,0]") + "}");
    attacks.add("{" + tensor("a", "U8", "[-4]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "[4]", "[-4,0]") + "}");
    attacks.add("{" + tensor("a", "U8", "[4.0]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "[\"4\"]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "4", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "[4]", "[0]") + "}");
    attacks.add("{" + tensor("a", "U8", "[4]", "[0,4,4]") + "}");
    attacks.add("{" + tensor("a", "U9", "[4]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "u8", "[4]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "F32", "[4]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "[2]", "[0,2]") + "}");
    attacks.add(
        "{" + tensor("a", "U8", "[3]", "[0,3]") + "," + tensor("b", "U8", "[2]", "[2,4]") + "}");
    attacks.add(
        "{" + tensor("a", "U8", "[1]", "[0,1]") + "," + tensor("b", "U8", "[2]", "[2,4]") + "}");
    attacks.add(
        "{" + tensor("a", "U8", "[4]", "[0,4]") + "," + tensor("b", "U8", "[4]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "[9223372036854775807,2]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "F64", "[2305843009213693952]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "[4294967296,4294967296]", "[0,0]") + "}");
    attacks.add("{" + tensor("a", "U8", "[18446744073709551616]", "[0,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "[4]", "[18446744073709551612,4]") + "}");
    attacks.add("{" + tensor("a", "U8", "[4]", "[0," + "4".repeat(5000) + "]") + "}");
    attacks.add("{" + tensor("a", "U8", "[" + "1,".repeat(99) + "4]", "[0,4]") + "}");
    attacks.add("{" + good.replace("}", ",\"x\":1}") + "}");
    attacks.add("{" + good.replace("}", ",\"dtype\":\"U8\"}") + "}");
    attacks.add("{\"__metadata__\":{\"a\":1}," + good + "}");
    attacks.add("{\"__metadata__\":{\"a\":{\"b\":\"c\"}}," + good + "}");
    attacks.add("{\"__metadata__\":[]," + good + "}");
    attacks.add("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}," + good + "}");
    attacks.add("{\"a\":" + "[".repeat(100_000) + "}");
    attacks.add("{\"a\":" + "{\"a\":".repeat(100_000));
    attacks.add("{" + tensor("\u00ff\u00fe", "U8", "[4]", "[0,4]") + "}");
    attacks.add("{" + tensor("a\u0000", "U8", "[4]", "[0,4]") + "}");
    attacks.add("{" + tensor("x".repeat(200_000), "U8", "[4]", "[0,4]") + "}");
    return attacks;
  }

  @Test
  void attacks_are_refused_in_one_sentence() throws IOException {
    for (String attack : attacks()) {
      Path file = file(attack, 4);
      DamagedFileException refused =
          assertThrows(
              DamagedFileException.class,
              () -> Safetensors.open(file),
              () -> attack.substring(0, Math.min(100, attack.length())));
      assertEquals(1, refused.problems().size());
      String what = refused.problems().get(0).what();
      assertTrue(what.length() < 500 && what.lines().count() == 1, what);
    }
  }

  @Test
  void a_header_length_beyond_the_file_or_the_cap_is_refused() throws IOException {
    byte[] header = "{}".getBytes(StandardCharsets.US_ASCII);
    for (long length :
        new long[] {3, 1 << 22, (1 << 22) + 1, 100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      Path file = file(length, header, 0);
      assertThrows(DamagedFileException.class, () -> Safetensors.open(file), "length " + length);
    }
  }

  @Test
  void ten_thousand_arrays_and_names_like_paths_are_only_names() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 10_000; i++) {
      header.append(tensor("../../" + i, "U8", "[0]", "[0,0]")).append(i < 9_999 ? "," : "}");
    }
    try (Safetensors read = Safetensors.open(file(header.toString(), 0))) {
      assertEquals(10_000, read.tensors().size());
    }
  }

  @Test
  void a_file_cut_anywhere_is_refused() throws IOException {
    byte[] whole = Files.readAllBytes(write(Tensor.floats("W", W, 6)));
    Path cut = folder.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length++) {
      Files.write(cut, java.util.Arrays.copyOf(whole, length));
      int at = length;
      assertThrows(DamagedFileException.class, () -> Safetensors.open(cut), () -> "at " + at);
    }
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length + 1));
    assertThrows(DamagedFileException.class, () -> Safetensors.open(cut), "one byte more");
  }

  /** One bit of every byte, another each time: all would take a file each, eight times as long. */
  @Test
  void a_flipped_bit_is_noticed_wherever_it_is() throws IOException {
    byte[] whole = Files.readAllBytes(write(Tensor.floats("W", W, 6)));
    Path flipped = folder.resolve("flipped.safetensors");
    for (int bit = 0; bit < whole.length * 8; bit += 7) {
      whole[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(flipped, whole);
      int at = bit;
      assertThrows(
          DamagedFileException.class,
          () -> {
            try (Safetensors read = Safetensors.open(flipped)) {
              read.verify();
            }
          },
          () -> "bit %d of byte %d".formatted(at % 8, at / 8));
      whole[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void an_array_of_another_type_is_refused() {
    Path file = write(Tensor.longs("ids", new long[1], 1));
    try (Safetensors read = Safetensors.open(file)) {
      TensorInfo ids = read.find("ids").orElseThrow();
      assertThrows(DamagedFileException.class, () -> read.doubles(ids));
      assertThrows(DamagedFileException.class, () -> read.ints(ids));
    }
  }

  @Test
  void a_missing_file_is_storage_and_an_escape_sequence_is_not_printed() {
    StorageException refused =
        assertThrows(
            StorageException.class, () -> Safetensors.open(folder.resolve("\u001b[2Jnone")));
    assertFalse(refused.getMessage().contains("\u001b"), refused.getMessage());
  }
}
