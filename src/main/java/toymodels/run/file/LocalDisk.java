package toymodels.run.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import toymodels.files.InputFile;

/** The file system of this machine. */
final class LocalDisk implements Disk {
  @Override
  public Output create(Path file) throws IOException {
    return open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public Output append(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      InputFile.requireRegular(file, LinkOption.NOFOLLOW_LINKS);
    }
    return open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }

  private static Output open(Path file, OpenOption... options) throws IOException {
    FileChannel channel = FileChannel.open(file, options);
    return new Output() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }

      @Override
      public void force() throws IOException {
        channel.force(true);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  private static boolean posix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  @Override
  public SeekableByteChannel read(Path file) throws IOException {
    return InputFile.open(file, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    if (posix(directory)) { // Windows opens no directory, and orders these changes itself.
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public void truncate(Path file, long length) throws IOException {
    InputFile.requireRegular(file, LinkOption.NOFOLLOW_LINKS);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      channel.truncate(length);
      channel.force(true);
    }
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.delete(file);
  }

  @Override
  public OptionalLong usableSpace(Path file) {
    for (Path place = file.toAbsolutePath(); place != null; place = place.getParent()) {
      try {
        return OptionalLong.of(Files.getFileStore(place).getUsableSpace());
      } catch (IOException | RuntimeException e) {
        continue; // Not there yet, or the system does not say: a folder above may.
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    Files.createDirectory(directory);
  }
}
