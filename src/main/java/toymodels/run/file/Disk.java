package toymodels.run.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The changes that a run makes to storage, one operation each, so that a test can make every one of
 * them fail, or end the process before or after it. No operation follows a symbolic link in the
 * last part of a path.
 */
public interface Disk {
  /** The machine's own file system. */
  Disk LOCAL = new LocalDisk();

  /** A new file, its mode by the umask; fails if anything of that name exists. */
  Output create(Path file) throws IOException;

  /** The end of an existing file, or of a new one. */
  Output append(Path file) throws IOException;

  SeekableByteChannel read(Path file) throws IOException;

  /** Gives a file another name in the same file system at once, replacing what had that name. */
  void move(Path from, Path to) throws IOException;

  /** Makes creations, moves and deletions within a directory survive a loss of power. */
  void forceDirectory(Path directory) throws IOException;

  /** Cuts a file to a length and makes that survive a loss of power. */
  void truncate(Path file, long length) throws IOException;

  void delete(Path file) throws IOException;

  void createDirectory(Path directory) throws IOException;

  /**
   * Bytes that may still be written where a file lies; empty where the system does not tell, as in
   * a container whose root is no mount point. It only advises, so it never fails.
   */
  OptionalLong usableSpace(Path file);

  /** A file being written. */
  interface Output extends Closeable {
    /** Writes all that remains in the buffer. */
    void write(ByteBuffer bytes) throws IOException;

    /** Makes what was written survive a loss of power. */
    void force() throws IOException;
  }
}
