package toymodels.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import toymodels.run.file.Names;
import toymodels.run.file.StorageException;

/**
 * Keeps a run to one process at a time: a file that the operating system locks, and frees when the
 * process ends in whatever way. It holds the process and host, to tell others who has it.
 */
final class RunLock implements AutoCloseable {
  static final String NAME = ".lock";
  private static final int LONGEST = 1000;

  private final FileChannel channel;
  private final FileLock lock;
  private final Optional<String> abandonedBy;

  private RunLock(FileChannel channel, FileLock lock, Optional<String> abandonedBy) {
    this.channel = channel;
    this.lock = lock;
    this.abandonedBy = abandonedBy;
  }

  /**
   * Takes the lock of a run.
   *
   * @throws StorageException if another process has it
   */
  static RunLock take(Path run) {
    Path file = run.resolve(NAME);
    return StorageException.telling(
        "locking the run",
        file,
        () -> {
          FileChannel channel =
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS);
          try {
            return take(run, file, channel);
          } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
          }
        });
  }

  private static RunLock take(Path run, Path file, FileChannel channel) throws IOException {
    String holder = read(channel);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // This very process has it.
    }
    if (lock == null) {
      throw new StorageException(
          "the run is in use by " + holder,
          run,
          "wait until it ends, or use another run; the lock frees itself when that process ends");
    }
    String here = "process %d on %s".formatted(ProcessHandle.current().pid(), Host.name());
    boolean abandoned = !holder.isEmpty();
    String host = holder.substring(holder.indexOf(" on ") + 1);
    if (abandoned && !host.equals("on " + Host.name())) {
      throw new StorageException(
          "the run was left by %s without closing it, and from here one cannot tell if it still runs"
              .formatted(holder),
          run,
          "if it does not, delete the stale lock " + file + " and try again");
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(here.getBytes(StandardCharsets.UTF_8)), 0);
    return new RunLock(channel, lock, abandoned ? Optional.of(holder) : Optional.empty());
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
    channel.read(bytes, 0);
    bytes.flip();
    return Names.printable(StandardCharsets.UTF_8.decode(bytes).toString());
  }

  /** Whether a process holds the lock of a run just now. */
  static boolean isHeld(Path run) {
    Path file = run.resolve(NAME);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      throw StorageException.of("reading the run's lock", file, e);
    }
  }

  /** The process that had the lock last and ended without giving it back, such as by SIGKILL. */
  Optional<String> abandonedBy() {
    return abandonedBy;
  }

  @Override
  public void close() {
    try (channel) {
      channel.truncate(0);
      lock.release();
    } catch (IOException e) {
      throw StorageException.of("unlocking the run", Path.of(NAME), e);
    }
  }
}
