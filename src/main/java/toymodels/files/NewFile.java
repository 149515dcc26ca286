package toymodels.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The one way in which results become files: whole or not at all, and never over something that
 * exists, be it a file, a directory or a symbolic link.
 *
 * <p>What is written goes to a file of a random name in the same folder, is forced to the disk, and
 * is then linked to its own name, which fails if that name is taken. The mode follows the umask.
 */
public final class NewFile implements AutoCloseable {
  /** Names that are tried for a file whose name is taken. */
  private static final int MOST_NAMES = 10_000;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final Path temporary;

  private NewFile(Path file, Path temporary) {
    this.file = file;
    this.temporary = temporary;
  }

  /** Writes what a file is to hold. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Fails if anything of that name exists, or if there is no folder to put it into: asked before
   * long work, so that none is lost.
   *
   * @throws FileAlreadyExistsException if the name is taken
   * @throws NoSuchFileException if its folder does not exist
   */
  public static void requireAbsent(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path folder = folder(file);
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
  }

  /**
   * Begins a new file.
   *
   * @param file the name that it is to have
   * @throws FileAlreadyExistsException if the name is taken
   */
  public static NewFile begin(Path file) throws IOException {
    requireAbsent(file);
    byte[] random = new byte[8];
    RANDOM.nextBytes(random);
    String name = ".toymodels-" + HexFormat.of().formatHex(random) + ".tmp";
    Path temporary = folder(file).resolve(name);
    Files.createFile(temporary);
    return new NewFile(file, temporary);
  }

  private static Path folder(Path file) {
    return file.toAbsolutePath().getParent();
  }

  /** Where to write what the file is to hold. */
  public OutputStream output() throws IOException {
    return new BufferedOutputStream(
        Files.newOutputStream(temporary, StandardOpenOption.WRITE), 1 << 16);
  }

  /** Where another program is to write what the file is to hold. */
  public Path temporary() {
    return temporary;
  }

  /**
   * Gives the file its name.
   *
   * @throws FileAlreadyExistsException if the name was taken meanwhile
   */
  public void publish() throws IOException {
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    try {
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.createFile(file); // No hard links here: take the name, then move onto it.
      try {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException cause) {
        Files.delete(file);
        throw cause;
      }
    }
  }

  /** Removes what is left if the file was not published. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(temporary);
  }

  /**
   * Writes a new file.
   *
   * @throws FileAlreadyExistsException if the name is taken
   */
  public static void write(Path file, Content content) throws IOException {
    try (NewFile made = begin(file)) {
      try (OutputStream out = made.output()) {
        content.writeTo(out);
      }
      made.publish();
    }
  }

  /** Writes a new file of these bytes. */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  /** Writes a new file of UTF-8 text. */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file under its name or, where that is taken by something else, under the next free of
   * {@code name-2.suffix}, {@code name-3.suffix} and so on.
   *
   * @return the file that holds these bytes now; one that held them before is left as it is
   */
  public static Path writeNumbered(Path file, byte[] bytes) throws IOException {
    for (int i = 1; i < MOST_NAMES; i++) {
      Path candidate = i == 1 ? file : numbered(file, i);
      try {
        write(candidate, bytes);
        return candidate;
      } catch (FileAlreadyExistsException e) {
        if (holds(candidate, bytes)) {
          return candidate;
        }
      }
    }
    throw new FileAlreadyExistsException(file.toString());
  }

  private static Path numbered(Path file, int number) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    int end = dot > 0 ? dot : name.length();
    return file.resolveSibling(name.substring(0, end) + "-" + number + name.substring(end));
  }

  private static boolean holds(Path file, byte[] bytes) {
    try {
      return Arrays.equals(InputFile.bytes(file, bytes.length, LinkOption.NOFOLLOW_LINKS), bytes);
    } catch (IOException e) {
      return false; // Another kind of thing, longer, or not ours to read.
    }
  }
}
