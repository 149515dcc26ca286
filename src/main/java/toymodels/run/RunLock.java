package toymodels.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import toymodels.run.file.PrintableText;
import toymodels.run.file.StorageException;

/**
 * Keeps a run to one process at a time: a file that the operating system locks, and frees when the
 * process ends in whatever way. It holds the process and host, to tell others who has it.
 *
 * <p>A process loses all its locks on a file once it closes any channel to that file, so one that
 * has a run's lock never opens the file again: {@link #HELD} tells it so. The file is its owner's
 * alone, so that nobody else can keep the owner out by a lock of their own.
 */
final class RunLock implements AutoCloseable {
  static final String NAME = ".lock";
  private static final String NEW_NAME = ".lock.tmp";
  private static final int LONGEST = 1000;
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");
  private static final Path LOCKS_OF_LINUX = Path.of("/proc/locks");

  /** The locks of this process; guarded by itself. */
  private static final List<RunLock> HELD = new ArrayList<>();

  private final Path run;
  private final Object key;
  private final FileChannel channel;
  private final FileLock lock;
  private final String holder;
  private final Optional<String> abandonedBy;

  private RunLock(
      Path run,
      Object key,
      FileChannel channel,
      FileLock lock,
      String holder,
      Optional<String> abandonedBy) {
    this.run = run;
    this.key = key;
    this.channel = channel;
    this.lock = lock;
    this.holder = holder;
    this.abandonedBy = abandonedBy;
  }

  /**
   * Takes the lock of a run.
   *
   * @throws StorageException if a process has it, this one or another
   */
  static RunLock take(Path run) {
    Path file = run.resolve(NAME);
    return StorageException.telling(
        "locking the run",
        file,
        () -> {
          synchronized (HELD) {
            Optional<RunLock> held = heldHere(run, file);
            if (held.isPresent()) {
              throw inUse(run, held.get().holder);
            }
            RunLock taken = take(run, run.toRealPath(), file);
            HELD.add(taken);
            return taken;
          }
        });
  }

  /** This process's lock of a run, by whatever path it was taken. */
  private static Optional<RunLock> heldHere(Path run, Path file) throws IOException {
    Path real = run.toRealPath();
    Object key = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? key(file) : null;
    return HELD.stream()
        .filter(held -> held.run.equals(real) || key != null && key.equals(held.key))
        .findFirst();
  }

  private static RunLock take(Path run, Path real, Path file) throws IOException {
    FileChannel channel = open(file);
    try {
      String holder = read(channel);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        if (!onlyReadersHold(channel)) {
          throw inUse(run, holder);
        }
        FileChannel replaced = channel;
        channel = open(run.resolve(NEW_NAME));
        lock = replace(run, replaced, channel);
      }
      String here = "process %d on %s".formatted(ProcessHandle.current().pid(), Host.name());
      boolean abandoned = !holder.isEmpty();
      requireOfThisHost(run, file, holder);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(here.getBytes(StandardCharsets.UTF_8)), 0);
      return new RunLock(
          real, key(file), channel, lock, here, abandoned ? Optional.of(holder) : Optional.empty());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Who left the lock on another host may still run there. */
  private static void requireOfThisHost(Path run, Path file, String holder) {
    String host = holder.substring(holder.indexOf(" on ") + 1);
    if (!holder.isEmpty() && !host.equals("on " + Host.name())) {
      throw new StorageException(
          "the run was left by %s without closing it, and from here one cannot tell if it still runs"
              .formatted(holder),
          run,
          "if it does not, delete the stale lock " + file + " and try again");
    }
  }

  private static StorageException inUse(Path run, String holder) {
    return new StorageException(
        "the run is in use by " + (holder.isEmpty() ? "another process" : holder),
        run,
        "wait until it ends, or use another run; the lock frees itself when that process ends");
  }

  private static FileChannel open(Path file) throws IOException {
    Set<OpenOption> options =
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributeView view =
        Files.getFileAttributeView(
            file.toAbsolutePath().getParent(),
            PosixFileAttributeView.class,
            LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return FileChannel.open(file, options);
    }
    FileAttribute<?> owner = PosixFilePermissions.asFileAttribute(OWNER);
    FileChannel channel = FileChannel.open(file, options, owner);
    try {
      if (!Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).equals(OWNER)) {
        Files.setPosixFilePermissions(file, OWNER); // As older versions made it.
      }
    } catch (IOException e) {
      return channel; // Another user's file, which those permissions let us write.
    }
    return channel;
  }

  /**
   * Whether those who lock the file only read it, as a process that trains never does: a lock that
   * may be shared is to be had.
   */
  private static boolean onlyReadersHold(FileChannel channel) throws IOException {
    try (FileLock shared = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return shared != null;
    }
  }

  /** Puts a new file, whose lock is ours, in the place of one that somebody reads. */
  private static FileLock replace(Path run, FileChannel old, FileChannel fresh) throws IOException {
    Path file = run.resolve(NAME);
    try (old) {
      Object before = key(file);
      FileLock lock = fresh.tryLock();
      if (lock == null || !Objects.equals(before, key(file))) {
        throw inUse(run, "");
      }
      Files.move(run.resolve(NEW_NAME), file, StandardCopyOption.ATOMIC_MOVE);
      return lock;
    }
  }

  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
    channel.read(bytes, 0);
    bytes.flip();
    return PrintableText.printable(StandardCharsets.UTF_8.decode(bytes).toString());
  }

  /** Whether a process holds the lock of a run just now. */
  static boolean isHeld(Path run) {
    Path file = run.resolve(NAME);
    return StorageException.telling(
        "reading the run's lock",
        file,
        () -> {
          synchronized (HELD) {
            return heldHere(run, file).isPresent() || isHeldElsewhere(file);
          }
        });
  }

  private static boolean isHeldElsewhere(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (AccessDeniedException e) {
      return isListedAsLocked(file);
    }
  }

  /** Of another user's file Linux still tells whether it is locked to be written. */
  private static boolean isListedAsLocked(Path file) throws IOException {
    if (!Files.isReadable(LOCKS_OF_LINUX)) {
      return false;
    }
    String inode = ":" + Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS) + " ";
    return Files.readAllLines(LOCKS_OF_LINUX).stream()
        .anyMatch(line -> line.contains(" WRITE ") && line.contains(inode));
  }

  /**
   * The process that had the lock and ended without giving it back, or has it now; empty if the
   * last one closed the run, or this user may not know.
   */
  static Optional<String> holder(Path run) {
    Path file = run.resolve(NAME);
    return StorageException.telling(
        "reading the run's lock",
        file,
        () -> {
          synchronized (HELD) {
            Optional<RunLock> held = heldHere(run, file);
            if (held.isPresent()) {
              return held.map(lock -> lock.holder);
            }
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
              return Optional.empty();
            }
            try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
              return Optional.of(read(channel)).filter(text -> !text.isEmpty());
            } catch (AccessDeniedException e) {
              return Optional.empty();
            }
          }
        });
  }

  /** The process that had the lock last and ended without giving it back, such as by SIGKILL. */
  Optional<String> abandonedBy() {
    return abandonedBy;
  }

  @Override
  public void close() {
    synchronized (HELD) {
      HELD.remove(this);
      try (channel) {
        channel.truncate(0);
        lock.release();
      } catch (IOException e) {
        throw StorageException.of("unlocking the run", run.resolve(NAME), e);
      }
    }
  }
}
