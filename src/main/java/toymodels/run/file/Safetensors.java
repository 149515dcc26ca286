package toymodels.run.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Reads a safetensors file that may come from anywhere. Everything its header says is checked
 * before any memory is set aside: at most {@value SafetensorsHeader#MAX_LENGTH} bytes of it, no
 * name twice, no overlap, no hole, sizes that agree with the file's length. Its checksums, where it
 * has them, are checked by {@link #verify}.
 */
public final class Safetensors implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final SeekableByteChannel channel;
  private final SafetensorsHeader header;

  private Safetensors(Path file, SeekableByteChannel channel, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws DamagedFileException if it is not a whole safetensors file
   * @throws StorageException if it cannot be read
   */
  public static Safetensors open(Path file) {
    return open(Disk.LOCAL, file);
  }

  static Safetensors open(Disk disk, Path file) {
    return StorageException.telling(
        "reading " + file.getFileName(),
        file,
        () -> {
          SeekableByteChannel channel = disk.read(file);
          try {
            return new Safetensors(file, channel, SafetensorsHeader.read(file, channel));
          } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
          }
        });
  }

  public Path file() {
    return file;
  }

  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Every array, in the order of their data. */
  public List<TensorInfo> tensors() {
    return header.tensors();
  }

  public Optional<TensorInfo> find(String name) {
    return tensors().stream().filter(t -> t.name().equals(name)).findFirst();
  }

  /**
   * Checks the hashes in the metadata.
   *
   * @throws DamagedFileException if one is missing or does not agree
   */
  public void verify() {
    require(
        SafetensorsWriter.HEADER_HASH,
        Sha256.of(SafetensorsHeader.canonical(metadata(), tensors())));
    require(SafetensorsWriter.DATA_HASH, dataHash());
  }

  private void require(String key, String actual) {
    String expected = metadata().get(key);
    if (expected == null) {
      throw new DamagedFileException(file, "it has no " + key + ", so it cannot be checked");
    }
    if (!expected.equals(actual)) {
      throw new DamagedFileException(
          file,
          "altered: its %s is %s, expected %s"
              .formatted(key, actual, PrintableText.printable(expected)));
    }
  }

  private String dataHash() {
    return StorageException.telling(
        "reading " + file.getFileName(),
        file,
        () -> {
          MessageDigest digest = Sha256.start();
          ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
          channel.position(header.dataStart());
          while (channel.read(buffer) >= 0) {
            buffer.flip();
            digest.update(buffer);
            buffer.clear();
          }
          return Sha256.finish(digest);
        });
  }

  /**
   * Sets memory aside for what the file holds.
   *
   * @param what what it is for
   * @throws TooLargeException if the heap does not hold it
   */
  public <T> T allocating(String what, Supplier<T> allocation) {
    try {
      return allocation.get();
    } catch (OutOfMemoryError e) {
      throw new TooLargeException(file, what, tensors().get(tensors().size() - 1).end());
    }
  }

  /** The numbers of an array, as floats; of 8-bit floats and complex numbers none are read. */
  public float[] floats(TensorInfo info) {
    return (float[]) read(info, n -> new float[(int) n], floatReader(info));
  }

  private NumberReader floatReader(TensorInfo info) {
    return switch (info.dtype()) {
      case F32 -> (b, a, i) -> ((float[]) a)[i] = b.getFloat();
      case F64 -> (b, a, i) -> ((float[]) a)[i] = (float) b.getDouble();
      case F16 -> (b, a, i) -> ((float[]) a)[i] = Float16.toFloat(b.getShort());
      case BF16 -> (b, a, i) -> ((float[]) a)[i] = Float.intBitsToFloat(b.getShort() << 16);
      case I64 -> (b, a, i) -> ((float[]) a)[i] = b.getLong();
      case I32 -> (b, a, i) -> ((float[]) a)[i] = b.getInt();
      case U32 -> (b, a, i) -> ((float[]) a)[i] = Integer.toUnsignedLong(b.getInt());
      case I16 -> (b, a, i) -> ((float[]) a)[i] = b.getShort();
      case U16 -> (b, a, i) -> ((float[]) a)[i] = Short.toUnsignedInt(b.getShort());
      case I8 -> (b, a, i) -> ((float[]) a)[i] = b.get();
      case U8, BOOL -> (b, a, i) -> ((float[]) a)[i] = Byte.toUnsignedInt(b.get());
      default -> throw wrongType(info, "F32, F64, F16, BF16, an integer or BOOL");
    };
  }

  /**
   * Some numbers of an array, as floats.
   *
   * @param from the first of them
   * @param into receives them, and says how many
   */
  public void floats(TensorInfo info, long from, float[] into) {
    if (from < 0 || from > info.count() - into.length) {
      throw new IllegalArgumentException(
          "%d numbers from %d of array '%s', which has %d"
              .formatted(into.length, from, info.name(), info.count()));
    }
    read(info, from, into.length, into, floatReader(info));
  }

  /** The numbers of an F64 array. */
  public double[] doubles(TensorInfo info) {
    requireType(info, DType.F64);
    return (double[])
        read(info, n -> new double[(int) n], (b, a, i) -> ((double[]) a)[i] = b.getDouble());
  }

  /** The numbers of an I32 array. */
  public int[] ints(TensorInfo info) {
    requireType(info, DType.I32);
    return (int[]) read(info, n -> new int[(int) n], (b, a, i) -> ((int[]) a)[i] = b.getInt());
  }

  /** The numbers of an I64 array. */
  public long[] longs(TensorInfo info) {
    requireType(info, DType.I64);
    return (long[]) read(info, n -> new long[(int) n], (b, a, i) -> ((long[]) a)[i] = b.getLong());
  }

  private void requireType(TensorInfo info, DType dtype) {
    if (info.dtype() != dtype) {
      throw wrongType(info, dtype.name());
    }
  }

  private DamagedFileException wrongType(TensorInfo info, String allowed) {
    return new DamagedFileException(
        file,
        "array '%s' has dtype %s, expected is %s"
            .formatted(PrintableText.printable(info.name()), info.dtype(), allowed));
  }

  @FunctionalInterface
  private interface NumberReader {
    void read(ByteBuffer from, Object array, int at);
  }

  private Object read(TensorInfo info, LongFunction<Object> allocation, NumberReader reader) {
    String what = "array '%s'".formatted(PrintableText.printable(info.name()));
    if (info.count() > Integer.MAX_VALUE - 8) {
      throw new TooLargeException(file, what, info.end() - info.begin());
    }
    int count = (int) info.count();
    HeapBudget.require(file, what, Math.max(Float.BYTES, info.dtype().bytes()) * (long) count);
    Object array = allocating(what, () -> allocation.apply(count));
    read(info, 0, count, array, reader);
    return array;
  }

  private void read(TensorInfo info, long from, int count, Object array, NumberReader reader) {
    StorageException.telling(
        "reading " + file.getFileName(),
        file,
        () -> {
          ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
          int bytes = info.dtype().bytes();
          channel.position(header.dataStart() + info.begin() + from * bytes);
          for (int i = 0; i < count; ) {
            int chunk = Math.min(count - i, BUFFER / bytes);
            buffer.clear().limit(chunk * bytes);
            SafetensorsHeader.fill(file, channel, buffer);
            for (int end = i + chunk; i < end; i++) {
              reader.read(buffer, array, i);
            }
          }
          return null;
        });
  }

  /** An array of this file as one to be written to another, copied piece by piece. */
  public Tensor.Content copyOf(TensorInfo info) {
    return out -> {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      channel.position(header.dataStart() + info.begin());
      for (long left = info.end() - info.begin(); left > 0; left -= buffer.limit()) {
        buffer.clear().limit((int) Math.min(left, BUFFER));
        SafetensorsHeader.fill(file, channel, buffer);
        out.bytes(Arrays.copyOf(buffer.array(), buffer.limit()));
      }
    };
  }

  @Override
  public void close() {
    StorageException.telling(
        "closing " + file.getFileName(),
        file,
        () -> {
          channel.close();
          return null;
        });
  }
}
