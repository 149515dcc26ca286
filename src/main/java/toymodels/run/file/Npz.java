package toymodels.run.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import toymodels.files.InputFile;

/** NumPy's archive of named arrays: a zip of {@code name.npy}, stored without compression. */
public final class Npz {
  private static final String SUFFIX = ".npy";

  /** The earliest time a zip can hold: archives of the same arrays are the same. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  /** Deflate makes at most 258 bytes of two bits. */
  private static final long MOST_INFLATED = 1032;

  private Npz() {}

  /**
   * Writes an archive that does not exist yet.
   *
   * @throws StorageException if it does, or the disk fails
   */
  public static void create(Path file, List<Tensor> tensors) {
    AtomicFile.create(
        file,
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(stream(out))) {
            for (Tensor tensor : tensors) {
              Tensor.Content content = Npy.content(tensor);
              zip.putNextEntry(entry(tensor.name(), content));
              write(content, zip);
              zip.closeEntry();
            }
          }
        });
  }

  private static ZipEntry entry(String name, Tensor.Content content) throws IOException {
    CRC32 crc = new CRC32();
    long[] size = {0};
    LittleEndian measured =
        new LittleEndian(
            bytes -> {
              size[0] += bytes.remaining();
              crc.update(bytes);
            });
    content.writeTo(measured);
    measured.flush();
    ZipEntry entry = new ZipEntry(name + SUFFIX);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size[0]);
    entry.setCompressedSize(size[0]);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(TIME);
    return entry;
  }

  private static void write(Tensor.Content content, OutputStream to) throws IOException {
    LittleEndian out =
        new LittleEndian(bytes -> to.write(bytes.array(), bytes.position(), bytes.remaining()));
    content.writeTo(out);
    out.flush();
  }

  private static OutputStream stream(LittleEndian out) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        out.bytes(new byte[] {(byte) b});
      }

      @Override
      public void write(byte[] bytes, int from, int count) throws IOException {
        out.bytes(Arrays.copyOfRange(bytes, from, from + count));
      }
    };
  }

  /**
   * Names of the arrays of an archive.
   *
   * @throws DamagedFileException if it is no zip
   */
  public static List<String> names(Path file) {
    return reading(
        file,
        zip ->
            zip.stream()
                .map(ZipEntry::getName)
                .filter(n -> n.endsWith(SUFFIX))
                .map(n -> n.substring(0, n.length() - SUFFIX.length()))
                .toList());
  }

  /**
   * Reads one array of numbers, also if it is compressed.
   *
   * @throws DamagedFileException if there is none of that name, or it is damaged
   */
  public static Npy.Numbers read(Path file, String name) {
    return reading(
        file,
        zip -> {
          ZipEntry entry = zip.getEntry(name + SUFFIX);
          String what = "array '%s'".formatted(PrintableText.printable(name));
          if (entry == null) {
            throw new DamagedFileException(file, "it has no " + what);
          }
          try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
            return Npy.read(in, requirePlausible(entry, file, what), file, what);
          }
        });
  }

  /** The size that an entry claims, if as many bytes can come of those that are in the file. */
  private static long requirePlausible(ZipEntry entry, Path file, String what) {
    long size = entry.getSize();
    if (size < 0 || size > MOST_INFLATED * (entry.getCompressedSize() + 1)) {
      throw new DamagedFileException(
          file,
          "%s is damaged: %d bytes would become %d"
              .formatted(what, entry.getCompressedSize(), size));
    }
    return size;
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(ZipFile zip) throws IOException;
  }

  private static <T> T reading(Path file, Reader<T> reader) {
    return StorageException.telling(
        "reading " + file.getFileName(),
        file,
        () -> {
          try (ZipFile zip = InputFile.zip(file)) {
            return reader.read(zip);
          } catch (ZipException e) {
            throw new DamagedFileException(
                file,
                "it is not a whole zip: "
                    + PrintableText.printable(String.valueOf(e.getMessage())));
          } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new DamagedFileException(file, "its list of entries is damaged");
          }
        });
  }
}
