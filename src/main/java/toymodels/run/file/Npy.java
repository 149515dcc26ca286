package toymodels.run.file;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import toymodels.files.InputFile;

/**
 * NumPy's file of one array (format 1.0 to 3.0): a magic word, a header that is a Python literal,
 * the numbers. The literal is read and never evaluated; arrays of Python objects, which NumPy would
 * unpickle, are refused. Integers, floats and booleans are read in either order of bytes and axes.
 */
public final class Npy {
  private static final int ALIGNMENT = 64;

  private Npy() {}

  /**
   * An array that was read.
   *
   * @param shape its sizes, outermost first; none for a single number
   * @param values its numbers as floats, row-major
   */
  public record Numbers(long[] shape, float[] values) {}

  /**
   * Reads an array of numbers from a {@code .npy} file.
   *
   * @throws DamagedFileException if it is not one, or of a type that is no number
   * @throws TooLargeException if the heap does not hold it
   */
  public static Numbers read(Path file) {
    return StorageException.telling(
        "reading " + file.getFileName(),
        file,
        () -> {
          try (SeekableByteChannel channel = InputFile.open(file)) {
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
            return read(in, channel.size(), file, "the array");
          }
        });
  }

  /**
   * Reads one array.
   *
   * @param size bytes that there are, header included
   */
  static Numbers read(InputStream in, long size, Path file, String what) throws IOException {
    try {
      NpyHeader header = NpyHeader.read(in, file, what);
      int count = header.count(file, what);
      long expected = header.length() + (long) count * header.bytes();
      if (size < expected) {
        throw NpyHeader.damaged(
            file,
            what,
            "it is cut short: it takes %d bytes, there are %d".formatted(expected, size));
      }
      if (size > expected) {
        throw NpyHeader.damaged(file, what, "it goes on after the array's end");
      }
      int arrays = header.fortran() ? 2 : 1;
      HeapBudget.require(file, what, (long) arrays * Float.BYTES * count);
      float[] values = values(in, header, count);
      long[] shape = header.shape();
      return new Numbers(shape, header.fortran() ? rowMajor(values, shape) : values);
    } catch (EOFException e) {
      throw NpyHeader.damaged(file, what, "it is cut short");
    } catch (OutOfMemoryError e) {
      throw new TooLargeException(file, what, size);
    }
  }

  private static float[] values(InputStream in, NpyHeader header, int count) throws IOException {
    float[] values = new float[count];
    int chunk = 1 << 13;
    for (int at = 0; at < count; ) {
      int now = Math.min(chunk, count - at);
      ByteBuffer buffer =
          ByteBuffer.wrap(NpyHeader.exactly(in, now * header.bytes())).order(header.order());
      for (int end = at + now; at < end; at++) {
        values[at] = header.next(buffer);
      }
    }
    return values;
  }

  /** The same numbers with the last size running fastest instead of the first. */
  private static float[] rowMajor(float[] values, long[] shape) {
    float[] sorted = new float[values.length];
    int rank = shape.length;
    int[] strides = new int[rank];
    for (int d = 0, stride = 1; d < rank; d++) {
      strides[d] = stride;
      stride *= (int) shape[d];
    }
    int[] index = new int[rank];
    int from = 0;
    for (int at = 0; at < sorted.length; at++) {
      sorted[at] = values[from];
      for (int d = rank - 1; d >= 0; d--) {
        from += strides[d];
        if (++index[d] < shape[d]) {
          break;
        }
        from -= index[d] * strides[d];
        index[d] = 0;
      }
    }
    return sorted;
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
    int start = NpyHeader.MAGIC.length + 4;
    int padded = (start + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - start;
    ByteBuffer bytes = ByteBuffer.allocate(start + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(NpyHeader.MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded);
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
