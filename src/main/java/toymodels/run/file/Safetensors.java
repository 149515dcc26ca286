package toymodels.run.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Reads a safetensors file that may come from anywhere. Everything its header says is checked
 * before any memory is set aside: at most {@value #MAX_HEADER} bytes of it, no name twice, no
 * overlap, no hole, sizes that agree with the file's length. Its checksums, where it has them, are
 * checked by {@link #verify}.
 */
public final class Safetensors implements Closeable {
  /** Far above any real file; the format itself allows 100 MB. */
  static final int MAX_HEADER = 4 << 20;

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final SeekableByteChannel channel;
  private final long dataStart;
  private final SafetensorsHeader header;

  private Safetensors(
      Path file, SeekableByteChannel channel, long dataStart, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
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
            return readHeader(file, channel);
          } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
          }
        });
  }

  private static Safetensors readHeader(Path file, SeekableByteChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new DamagedFileException(
          file, "not a safetensors file: it has %d bytes, needed are 8 or more".formatted(size));
    }
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, channel, start);
    long length = start.getLong();
    if (length < 0 || length > MAX_HEADER) {
      throw new DamagedFileException(
          file,
          "not a safetensors file: its header would take %s bytes, allowed are %d"
              .formatted(Long.toUnsignedString(length), MAX_HEADER));
    }
    if (length > size - Long.BYTES) {
      throw new DamagedFileException(
          file,
          "cut short: its header takes %d bytes, but only %d follow"
              .formatted(length, size - Long.BYTES));
    }
    ByteBuffer text = ByteBuffer.allocate((int) length);
    fill(file, channel, text);
    try {
      long dataStart = Long.BYTES + length;
      String json = StandardCharsets.UTF_8.newDecoder().decode(text).toString();
      return new Safetensors(
          file, channel, dataStart, SafetensorsHeader.parse(json, size - dataStart));
    } catch (CharacterCodingException e) {
      throw new DamagedFileException(file, "not a safetensors file: its header is not UTF-8 text");
    } catch (SafetensorsHeader.Fault e) {
      throw new DamagedFileException(
          file, "not a whole safetensors file: " + Names.printable(e.getMessage()));
    }
  }

  /** Fills the buffer from the channel and flips it. */
  private static void fill(Path file, SeekableByteChannel channel, ByteBuffer buffer)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new DamagedFileException(file, "cut short while it was being read");
      }
    }
    buffer.flip();
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
          "altered: its %s is %s, expected %s".formatted(key, actual, Names.printable(expected)));
    }
  }

  private String dataHash() {
    return StorageException.telling(
        "reading " + file.getFileName(),
        file,
        () -> {
          MessageDigest digest = Sha256.start();
          ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
          channel.position(dataStart);
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

  /** The numbers of an F32, F64, F16 or BF16 array, as floats. */
  public float[] floats(TensorInfo info) {
    return (float[]) read(info, n -> new float[(int) n], floatReader(info));
  }

  private NumberReader floatReader(TensorInfo info) {
    return switch (info.dtype()) {
      case F32 -> (b, a, i) -> ((float[]) a)[i] = b.getFloat();
      case F64 -> (b, a, i) -> ((float[]) a)[i] = (float) b.getDouble();
      case F16 -> (b, a, i) -> ((float[]) a)[i] = Float16.toFloat(b.getShort());
      case BF16 -> (b, a, i) -> ((float[]) a)[i] = Float.intBitsToFloat(b.getShort() << 16);
      default -> throw wrongType(info, "F32, F64, F16 or BF16");
    };
  }

  /** The numbers of an F32, F64, F16 or BF16 array, put into an array of just that length. */
  public void floats(TensorInfo info, float[] into) {
    if (into.length != info.count()) {
      throw new IllegalArgumentException(
          "array '%s' has %d numbers, there is room for %d"
              .formatted(info.name(), info.count(), into.length));
    }
    read(info, n -> into, floatReader(info));
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
            .formatted(Names.printable(info.name()), info.dtype(), allowed));
  }

  @FunctionalInterface
  private interface NumberReader {
    void read(ByteBuffer from, Object array, int at);
  }

  private Object read(TensorInfo info, LongFunction<Object> allocation, NumberReader reader) {
    String what = "array '%s'".formatted(Names.printable(info.name()));
    long count = info.count();
    if (count > Integer.MAX_VALUE - 8) {
      throw new TooLargeException(file, what, info.end() - info.begin());
    }
    return StorageException.telling(
        "reading " + file.getFileName(),
        file,
        () -> {
          Object array = allocating(what, () -> allocation.apply(count));
          ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
          channel.position(dataStart + info.begin());
          int bytes = info.dtype().bytes();
          for (int i = 0; i < count; ) {
            int chunk = (int) Math.min(count - i, BUFFER / bytes);
            buffer.clear().limit(chunk * bytes);
            fill(file, channel, buffer);
            for (int end = i + chunk; i < end; i++) {
              reader.read(buffer, array, i);
            }
          }
          return array;
        });
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
