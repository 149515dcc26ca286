package toymodels.run.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.security.MessageDigest;
import java.util.Arrays;
import toymodels.files.NewFile;

/**
 * Writes a whole file or none: into a new file beside it, forced to the disk, read back and
 * compared, then given its name in one step, and that step forced, too. A process that ends at any
 * moment leaves the old file, or the new one, and perhaps a {@code .tmp} that the next run removes.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";

  private AtomicFile() {}

  /** Whether the file is what a process that ended while writing has left behind. */
  public static boolean isLeftover(Path file) {
    return file.getFileName().toString().endsWith(SUFFIX);
  }

  /** Writes text as UTF-8. */
  public static void writeText(Disk disk, Path file, String text) {
    write(
        disk, file, true, out -> out.bytes(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /**
   * Adds to the end of a file, or of a new one.
   *
   * @param force whether it is to survive a loss of power
   * @throws StorageException if any step fails; a part of the content may be there
   */
  public static void append(Disk disk, Path file, Tensor.Content content, boolean force) {
    String doing = "appending to " + file.getFileName();
    try {
      boolean fresh = force && !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      try (Disk.Output output = disk.append(file)) {
        LittleEndian out = new LittleEndian(output::write);
        content.writeTo(out);
        out.flush();
        if (force) {
          output.force();
        }
      }
      if (fresh) {
        disk.forceDirectory(file.toAbsolutePath().getParent());
      }
    } catch (IOException | ReadOnlyFileSystemException e) {
      throw StorageException.ofWriting(doing, file, e, length(content), disk.usableSpace(file));
    }
  }

  /**
   * Writes the content, replacing a file of that name.
   *
   * @param readBack whether what was written is read again and compared
   * @throws StorageException if any step fails; a file of that name is as it was before
   */
  public static void write(Disk disk, Path file, boolean readBack, Tensor.Content content) {
    try {
      writeSteps(disk, file, readBack, content);
    } catch (IOException | ReadOnlyFileSystemException e) {
      removeTemporary(disk, file);
      throw StorageException.ofWriting(
          "writing " + file.getFileName(), file, e, length(content), disk.usableSpace(file));
    }
  }

  /** What could not be written whole takes no space; if this fails too, the next run removes it. */
  private static void removeTemporary(Disk disk, Path file) {
    try {
      Path temporary = temporary(file);
      if (Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
        disk.delete(temporary);
      }
    } catch (IOException | ReadOnlyFileSystemException e) {
      return; // The failure that led here is the one to tell.
    }
  }

  private static long length(Tensor.Content content) {
    long[] length = {0};
    try {
      LittleEndian out = new LittleEndian(bytes -> length[0] += bytes.remaining());
      content.writeTo(out);
      out.flush();
    } catch (IOException e) {
      return length[0]; // Of a copy whose source cannot be read any more.
    }
    return length[0];
  }

  private static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + SUFFIX);
  }

  /**
   * Writes a new file, which is read back and compared before it has its name.
   *
   * @throws StorageException if the name is taken, or any step fails
   */
  public static void create(Path file, Tensor.Content content) {
    StorageException.telling(
        "writing " + file.getFileName(),
        file,
        () -> {
          try (NewFile made = NewFile.begin(file)) {
            try (OutputStream out = made.output()) {
              Written written = new Written();
              writeAll(content, written, bytes -> out.write(array(bytes)));
              out.flush();
              compare(Disk.LOCAL, made.temporary(), written);
            }
            made.publish();
          }
          return null;
        });
  }

  private static byte[] array(ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return array;
  }

  /** Length and hash of what was written. */
  private static final class Written {
    private final MessageDigest digest = Sha256.start();
    private long length;
  }

  private static void writeAll(Tensor.Content content, Written written, LittleEndian.Sink sink)
      throws IOException {
    LittleEndian out =
        new LittleEndian(
            bytes -> {
              written.digest.update(bytes.duplicate());
              written.length += bytes.remaining();
              sink.take(bytes);
            });
    content.writeTo(out);
    out.flush();
  }

  private static void writeSteps(Disk disk, Path file, boolean readBack, Tensor.Content content)
      throws IOException {
    Path temporary = temporary(file);
    if (Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
      disk.delete(temporary); // Ours, from a process that ended: the caller holds the run's lock.
    }
    Written written = new Written();
    try (Disk.Output output = disk.create(temporary)) {
      writeAll(content, written, output::write);
      output.force();
    }
    if (readBack) {
      compare(disk, temporary, written);
    }
    disk.move(temporary, file);
    disk.forceDirectory(file.toAbsolutePath().getParent());
  }

  private static void compare(Disk disk, Path file, Written written) throws IOException {
    MessageDigest digest = Sha256.start();
    try (SeekableByteChannel channel = disk.read(file)) {
      if (channel.size() != written.length) {
        throw new EOFException(
            "%d bytes were written, %d are there".formatted(written.length, channel.size()));
      }
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        digest.update(buffer);
        buffer.clear();
      }
    }
    if (!Arrays.equals(digest.digest(), written.digest.digest())) {
      throw new IOException("what was read back is not what was written: the disk alters data");
    }
  }
}
