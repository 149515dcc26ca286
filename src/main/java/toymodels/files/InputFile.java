package toymodels.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.zip.ZipFile;

/**
 * The one way in which files are opened for reading: regular files alone, and no more of one than
 * is allowed. Opening a named pipe blocks until somebody writes to it, and devices never end; so
 * what a path names is asked before it is opened.
 */
public final class InputFile {
  private static final int FORMAT = 0170000;
  private static final Set<StandardOpenOption> READ = Set.of(StandardOpenOption.READ);

  private InputFile() {}

  /**
   * Fails unless a path names a regular file.
   *
   * @throws NotRegularFileException if it names something else
   * @throws IOException if there is nothing of that name, or it cannot be asked
   */
  public static void requireRegular(Path file, LinkOption... links) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, links);
    if (!attributes.isRegularFile()) {
      throw new NotRegularFileException(file, kind(file, attributes, links));
    }
  }

  private static String kind(Path file, BasicFileAttributes attributes, LinkOption... links)
      throws IOException {
    if (attributes.isDirectory()) {
      return "a directory";
    }
    if (attributes.isSymbolicLink()) {
      return "a symbolic link";
    }
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return "a device";
    }
    int mode = (Integer) Files.getAttribute(file, "unix:mode", links);
    return switch (mode & FORMAT) {
      case 0010000 -> "a named pipe";
      case 0140000 -> "a socket";
      default -> "a device";
    };
  }

  /**
   * Opens a file.
   *
   * @param links {@link LinkOption#NOFOLLOW_LINKS} where its last part must not be a symbolic link
   * @throws NotRegularFileException if it is none
   */
  public static SeekableByteChannel open(Path file, LinkOption... links) throws IOException {
    requireRegular(file, links);
    return links.length == 0
        ? Files.newByteChannel(file, READ)
        : Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Reads a whole file, as many bytes as it had when it was opened.
   *
   * @param most bytes allowed
   * @throws FileTooLongException if it has more
   * @throws EOFException if it became shorter meanwhile
   */
  public static byte[] bytes(Path file, long most, LinkOption... links) throws IOException {
    try (SeekableByteChannel channel = open(file, links)) {
      long size = channel.size();
      if (size > most) {
        throw new FileTooLongException(file, size, most);
      }
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException("it became shorter while it was being read");
        }
      }
      return bytes.array();
    }
  }

  /**
   * Reads a whole file of UTF-8 text.
   *
   * @throws CharacterCodingException if it is something else
   */
  public static String text(Path file, long most, LinkOption... links) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(bytes(file, most, links));
    return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
  }

  /**
   * Reads a file of the system's own below {@code /proc} or {@code /sys}, which give their length
   * as 0 and have other text each time they are read.
   *
   * @param most bytes that are read of it
   */
  public static String systemText(Path file, int most) throws IOException {
    requireRegular(file);
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(most), StandardCharsets.UTF_8);
    }
  }

  /**
   * Opens a zip archive.
   *
   * @throws java.util.zip.ZipException if it is none
   */
  public static ZipFile zip(Path file) throws IOException {
    requireRegular(file);
    return new ZipFile(file.toFile());
  }
}
