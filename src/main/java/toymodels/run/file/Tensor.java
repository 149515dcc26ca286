package toymodels.run.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An array with a name and a shape, to be written.
 *
 * @param name its name in the file
 * @param dtype the type of its numbers
 * @param shape its sizes, outermost first; none for a single number
 * @param content writes its numbers, row-major
 */
public record Tensor(String name, DType dtype, long[] shape, Content content) {
  /** Writes the numbers, the same each time it is called. */
  @FunctionalInterface
  public interface Content {
    void writeTo(LittleEndian out) throws IOException;
  }

  public static Tensor floats(String name, float[] values, long... shape) {
    return of(name, DType.F32, values.length, shape, out -> out.floats(values));
  }

  public static Tensor doubles(String name, double[] values, long... shape) {
    return of(name, DType.F64, values.length, shape, out -> out.doubles(values));
  }

  public static Tensor ints(String name, int[] values, long... shape) {
    return of(name, DType.I32, values.length, shape, out -> out.ints(values));
  }

  public static Tensor longs(String name, long[] values, long... shape) {
    return of(name, DType.I64, values.length, shape, out -> out.longs(values));
  }

  /** Texts, for NumPy alone: ASCII, each padded with zeros to the longest. */
  public static Tensor texts(String name, String[] values) {
    int longest = Arrays.stream(values).mapToInt(String::length).max().orElse(0);
    int width = Math.max(1, longest);
    byte[] bytes = new byte[Math.multiplyExact(values.length, width)];
    for (int k = 0; k < values.length; k++) {
      byte[] text = values[k].getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(text, 0, bytes, k * width, text.length);
    }
    return new Tensor(name, DType.U8, new long[] {values.length, width}, out -> out.bytes(bytes));
  }

  private static Tensor of(String name, DType dtype, int length, long[] shape, Content content) {
    Tensor tensor = new Tensor(name, dtype, shape.clone(), content);
    if (tensor.count() != length) {
      throw new IllegalArgumentException(
          "array %s of %d numbers does not have shape %s"
              .formatted(name, length, Arrays.toString(shape)));
    }
    return tensor;
  }

  /** How many numbers it has. */
  long count() {
    long count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  /** How many bytes its numbers take. */
  long bytes() {
    return Math.multiplyExact(count(), (long) dtype.bytes());
  }
}
