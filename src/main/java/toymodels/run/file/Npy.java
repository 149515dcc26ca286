package toymodels.run.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * NumPy's file of one array (format 1.0 and 2.0): a magic word, a header that is a Python literal,
 * the numbers. The literal is matched against the one grammar that NumPy writes, never evaluated;
 * arrays of Python objects, which NumPy would unpickle, are refused.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 14;
  private static final int ALIGNMENT = 64;
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([^']{2,8})', 'fortran_order': (True|False), "
              + "'shape': \\((|\\d{1,18},|\\d{1,18}(?:, \\d{1,18}){1,15})\\), \\} *\n");

  private Npy() {}

  /**
   * An array that was read.
   *
   * @param shape its sizes, outermost first; none for a single number
   * @param values its numbers as floats, row-major
   */
  public record Numbers(long[] shape, float[] values) {}

  /**
   * Reads an array of floating-point numbers from a {@code .npy} file.
   *
   * @throws DamagedFileException if it is not one
   */
  public static Numbers read(Path file) {
    return StorageException.telling(
        "reading " + file.getFileName(),
        file,
        () -> {
          try (InputStream in = Files.newInputStream(file)) {
            Numbers numbers = read(in, file, "the array");
            if (in.read() >= 0) {
              throw new DamagedFileException(file, "it goes on after the array's end");
            }
            return numbers;
          }
        });
  }

  /** Reads one array; leaves the stream at its end. */
  static Numbers read(InputStream in, Path file, String what) throws IOException {
    try {
      Matcher header = HEADER.matcher(header(in, file, what));
      if (!header.matches()) {
        throw damaged(file, what, "its header is not the one that NumPy writes");
      }
      if (header.group(2).equals("True")) {
        throw damaged(file, what, "it is in Fortran order; save numpy.ascontiguousarray(x)");
      }
      long[] shape =
          Arrays.stream(header.group(3).split("[, ]+"))
              .filter(s -> !s.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      return new Numbers(shape, values(in, file, what, header.group(1), count(file, what, shape)));
    } catch (EOFException e) {
      throw damaged(file, what, "it is cut short");
    }
  }

  private static DamagedFileException damaged(Path file, String what, String fault) {
    return new DamagedFileException(file, "%s is damaged: %s".formatted(what, fault));
  }

  private static String header(InputStream in, Path file, String what) throws IOException {
    byte[] start = exactly(in, MAGIC.length + 2);
    if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw damaged(file, what, "it does not start as NumPy's files do");
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 2 || start[MAGIC.length + 1] != 0) {
      throw damaged(file, what, "its format is %d.%d".formatted(version, start[MAGIC.length + 1]));
    }
    ByteBuffer length =
        ByteBuffer.wrap(exactly(in, version == 1 ? 2 : 4)).order(ByteOrder.LITTLE_ENDIAN);
    long bytes =
        version == 1
            ? Short.toUnsignedInt(length.getShort())
            : Integer.toUnsignedLong(length.getInt());
    if (bytes > MAX_HEADER) {
      throw damaged(file, what, "its header takes %d bytes".formatted(bytes));
    }
    return new String(exactly(in, (int) bytes), StandardCharsets.ISO_8859_1);
  }

  private static int count(Path file, String what, long[] shape) {
    try {
      return Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
    } catch (ArithmeticException e) {
      throw damaged(file, what, "it has 2^31 numbers or more");
    }
  }

  private static float[] values(InputStream in, Path file, String what, String type, int count)
      throws IOException {
    int bytes =
        switch (type) {
          case "<f2" -> 2;
          case "<f4" -> 4;
          case "<f8" -> 8;
          default ->
              throw damaged(
                  file,
                  what,
                  "its numbers are '%s', readable are <f2, <f4, <f8"
                      .formatted(Names.printable(type)));
        };
    float[] values;
    try {
      values = new float[count];
    } catch (OutOfMemoryError e) {
      throw new TooLargeException(file, what, 4L * count);
    }
    int chunk = 1 << 13;
    for (int at = 0; at < count; ) {
      int now = Math.min(chunk, count - at);
      ByteBuffer buffer = ByteBuffer.wrap(exactly(in, now * bytes)).order(ByteOrder.LITTLE_ENDIAN);
      for (int end = at + now; at < end; at++) {
        values[at] =
            switch (bytes) {
              case 2 -> Float16.toFloat(buffer.getShort());
              case 4 -> buffer.getFloat();
              default -> (float) buffer.getDouble();
            };
      }
    }
    return values;
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException();
    }
    return bytes;
  }

  /** The bytes of a file that holds a tensor. */
  static Tensor.Content content(Tensor tensor) {
    long[] shape = tensor.shape();
    // Rows of bytes are texts of one width, which NumPy keeps as one element each.
    long[] written = tensor.dtype() == DType.U8 ? Arrays.copyOf(shape, shape.length - 1) : shape;
    String type =
        switch (tensor.dtype()) {
          case F32 -> "<f4";
          case F64 -> "<f8";
          case I32 -> "<i4";
          case I64 -> "<i8";
          case U8 -> "|S" + shape[shape.length - 1];
          default -> throw new IllegalArgumentException("no .npy of " + tensor.dtype());
        };
    String sizes =
        Arrays.stream(written).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type, written.length == 1 ? sizes + "," : sizes);
    int start = MAGIC.length + 4;
    int padded = (start + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - start;
    ByteBuffer bytes = ByteBuffer.allocate(start + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded);
    bytes.put(header.getBytes(StandardCharsets.US_ASCII));
    while (bytes.remaining() > 1) {
      bytes.put((byte) ' ');
    }
    bytes.put((byte) '\n');
    return out -> {
      out.bytes(bytes.array());
      tensor.content().writeTo(out);
    };
  }
}
