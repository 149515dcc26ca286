package toymodels.run.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The header of a {@code .npy} file of format 1.0, 2.0 or 3.0.
 *
 * @param type the kind of its numbers and their bytes, such as {@code f4}
 * @param order the order of bytes within a number
 * @param fortran whether the first size runs fastest
 * @param shape its sizes, outermost first
 * @param length bytes before the numbers
 */
record NpyHeader(String type, ByteOrder order, boolean fortran, long[] shape, long length) {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_LENGTH = 1 << 14;
  private static final int MAX_RANK = 32;
  private static final Pattern TYPE = Pattern.compile("([<>|=])?(f[248]|[iu][1248]|b1)");
  private static final String CONVERT = "save it as float32: numpy.save(file, x.astype('f4'))";

  /** Reads a header from the start of a stream. */
  static NpyHeader read(InputStream in, Path file, String what) throws IOException {
    byte[] start = exactly(in, MAGIC.length + 2);
    if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw damaged(file, what, "it does not start as NumPy's files do");
    }
    int version = start[MAGIC.length];
    int minor = start[MAGIC.length + 1];
    if (version < 1 || version > 3 || minor != 0) {
      throw unsupported(
          file, what, "has format %d.%d".formatted(version, minor), "save it with NumPy again");
    }
    byte[] field = exactly(in, version == 1 ? 2 : 4);
    long length = 0;
    for (int i = field.length - 1; i >= 0; i--) {
      length = length << 8 | field[i] & 255;
    }
    if (length > MAX_LENGTH) {
      throw damaged(file, what, "its header takes %d bytes".formatted(length));
    }
    byte[] text = exactly(in, (int) length);
    long before = start.length + field.length + length;
    boolean unicode = version == 3;
    return of(
        new String(text, unicode ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1),
        before,
        file,
        what);
  }

  static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException();
    }
    return bytes;
  }

  private static NpyHeader of(String text, long length, Path file, String what) {
    Object literal;
    try {
      literal = PythonLiteral.parse(text);
    } catch (IllegalArgumentException e) {
      throw damaged(file, what, e.getMessage());
    }
    if (!(literal instanceof Map<?, ?> entries)
        || entries.size() != 3
        || !(entries.get("fortran_order") instanceof Boolean fortran)
        || !(entries.get("shape") instanceof List<?> sizes)
        || sizes.size() > MAX_RANK
        || !sizes.stream().allMatch(Long.class::isInstance)
        || !entries.containsKey("descr")) {
      throw damaged(file, what, "its header does not say type, order and shape");
    }
    Object described = entries.get("descr");
    Matcher type = TYPE.matcher(described instanceof String string ? string : "");
    if (!type.matches()) {
      String shown =
          described instanceof String string ? "numbers of type '%s'".formatted(string) : "records";
      throw unsupported(file, what, "holds " + PrintableText.printable(shown), CONVERT);
    }
    boolean big =
        ">".equals(type.group(1))
            || !"<".equals(type.group(1)) && ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    return new NpyHeader(
        type.group(2),
        big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        fortran,
        sizes.stream().mapToLong(Long.class::cast).toArray(),
        length);
  }

  /** Bytes of one number. */
  int bytes() {
    return type.charAt(1) - '0';
  }

  /**
   * How many numbers there are.
   *
   * @throws DamagedFileException if no array of Java holds as many
   */
  int count(Path file, String what) {
    if (LongStream.of(shape).anyMatch(size -> size == 0)) {
      return 0;
    }
    try {
      return Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
    } catch (ArithmeticException e) {
      throw unsupported(file, what, "claims 2^31 numbers or more", "save a part of it");
    }
  }

  /** The next number of a buffer that has the header's order of bytes. */
  float next(ByteBuffer from) {
    return switch (type) {
      case "f2" -> Float16.toFloat(from.getShort());
      case "f4" -> from.getFloat();
      case "f8" -> (float) from.getDouble();
      case "i1" -> from.get();
      case "i2" -> from.getShort();
      case "i4" -> from.getInt();
      case "i8" -> from.getLong();
      case "u2" -> Short.toUnsignedInt(from.getShort());
      case "u4" -> Integer.toUnsignedLong(from.getInt());
      case "u8" -> unsigned(from.getLong());
      default -> Byte.toUnsignedInt(from.get());
    };
  }

  private static float unsigned(long bits) {
    // Halved to fit the sign; the lowest bit is kept so that rounding stays right.
    return bits >= 0 ? bits : 2 * (float) (bits >>> 1 | bits & 1);
  }

  static DamagedFileException damaged(Path file, String what, String fault) {
    return new DamagedFileException(file, "%s is damaged: %s".formatted(what, fault));
  }

  private static DamagedFileException unsupported(
      Path file, String what, String fault, String fix) {
    return new DamagedFileException(file, "%s is not supported: it %s".formatted(what, fault), fix);
  }
}
