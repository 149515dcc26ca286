package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.run.file.StorageException;

/** The lock of a run, as other processes see it. */
class RunLockTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void create_a_run() {
    path = folder.resolve("run");
    RunDirectory.create(path, Runs.ORIGIN, List.of(Runs.config(5))).close();
  }

  /** Another process, which tries the lock or holds it to be read. */
  public static void main(String[] arguments) throws IOException {
    Path run = Path.of(arguments[0]);
    if (arguments[1].equals("take")) {
      try {
        RunLock.take(run).close();
        System.out.println("taken");
      } catch (StorageException e) {
        System.out.println("refused");
      }
      return;
    }
    try (FileChannel channel =
            FileChannel.open(run.resolve(RunLock.NAME), StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      System.out.println(lock == null ? "none" : "reading");
      System.in.read();
    }
  }

  private Process process(String what) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            RunLockTest.class.getName(),
            path.toString(),
            what)
        .redirectErrorStream(true)
        .start();
  }

  private static String line(Process process) throws IOException {
    return new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
  }

  private String anotherProcessTriesToTakeIt() throws Exception {
    Process process = process("take");
    String line = line(process);
    assertTrue(process.waitFor(5, TimeUnit.MINUTES));
    return line;
  }

  /** POSIX drops a process's locks on a file with the first channel to it that it closes. */
  @Test
  void looking_at_the_run_again_in_the_same_process_keeps_the_lock() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), path);
    try (RunDirectory run = RunDirectory.resume(path)) {
      for (Path way : List.of(path, path.resolve("ckpt").resolve(".."), link)) {
        assertThrows(StorageException.class, () -> RunDirectory.resume(way), way::toString);
        assertTrue(RunDirectory.open(way).inUse());
        assertTrue(RunLock.holder(way).isPresent());
        assertThrows(
            StorageException.class,
            () -> RunDirectory.create(way, Runs.ORIGIN, List.of(Runs.config(5))));
      }
      assertEquals("refused", anotherProcessTriesToTakeIt());
      assertTrue(run.inUse());
    }
    assertFalse(RunDirectory.open(path).inUse());
    assertEquals("taken", anotherProcessTriesToTakeIt());
  }

  @Test
  void nobody_who_only_reads_the_lock_keeps_its_owner_out() throws Exception {
    Process reader = process("read");
    try {
      assertEquals("reading", line(reader));
      try (RunDirectory run = RunDirectory.resume(path)) {
        assertEquals("refused", anotherProcessTriesToTakeIt());
        assertTrue(run.inUse());
      }
      try (RunDirectory again = RunDirectory.resume(path)) {
        assertTrue(again.inUse());
      }
    } finally {
      reader.destroyForcibly();
    }
  }

  @Test
  void the_lock_is_its_owners_alone_also_where_an_older_version_made_it() throws IOException {
    Path lock = path.resolve(RunLock.NAME);
    assertEquals("rw-------", permissions(lock));
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
    RunDirectory.resume(path).close();
    assertEquals("rw-------", permissions(lock));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
