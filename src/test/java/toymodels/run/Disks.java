package toymodels.run;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.OptionalLong;
import toymodels.run.file.Disk;

/** Disks that something happens to. */
final class Disks {
  private Disks() {}

  /** Looks at every operation, before and after; may throw, or end the process. */
  @FunctionalInterface
  interface Watcher {
    void at(String when, String operation, Path path) throws IOException;
  }

  @FunctionalInterface
  private interface Step<T> {
    T run() throws IOException;
  }

  /** Says how much may be written where a file lies. */
  @FunctionalInterface
  interface Space {
    OptionalLong at(Path file);
  }

  /** The local disk, with another idea of its free space. */
  static Disk telling(Space space) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              try {
                return method.getName().equals("usableSpace")
                    ? space.at((Path) arguments[0])
                    : method.invoke(Disk.LOCAL, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** The local disk, under a watcher's eye. */
  static Disk watching(Watcher watcher) {
    return new Disk() {
      private <T> T watch(String operation, Path path, Step<T> step) throws IOException {
        watcher.at("before", operation, path);
        T result = step.run();
        watcher.at("after", operation, path);
        return result;
      }

      private Output watched(Path file, Output output) {
        return new Output() {
          @Override
          public void write(ByteBuffer bytes) throws IOException {
            watch(
                "write",
                file,
                () -> {
                  output.write(bytes);
                  return null;
                });
          }

          @Override
          public void force() throws IOException {
            watch(
                "force",
                file,
                () -> {
                  output.force();
                  return null;
                });
          }

          @Override
          public void close() throws IOException {
            output.close();
          }
        };
      }

      @Override
      public Output create(Path file) throws IOException {
        return watched(file, watch("create", file, () -> LOCAL.create(file)));
      }

      @Override
      public Output append(Path file) throws IOException {
        return watched(file, watch("append", file, () -> LOCAL.append(file)));
      }

      @Override
      public SeekableByteChannel read(Path file) throws IOException {
        return watch("read", file, () -> LOCAL.read(file));
      }

      @Override
      public void move(Path from, Path to) throws IOException {
        watch(
            "move",
            to,
            () -> {
              LOCAL.move(from, to);
              return null;
            });
      }

      @Override
      public void forceDirectory(Path directory) throws IOException {
        watch(
            "forceDirectory",
            directory,
            () -> {
              LOCAL.forceDirectory(directory);
              return null;
            });
      }

      @Override
      public void truncate(Path file, long length) throws IOException {
        watch(
            "truncate",
            file,
            () -> {
              LOCAL.truncate(file, length);
              return null;
            });
      }

      @Override
      public void delete(Path file) throws IOException {
        watch(
            "delete",
            file,
            () -> {
              LOCAL.delete(file);
              return null;
            });
      }

      @Override
      public void createDirectory(Path directory) throws IOException {
        watch(
            "createDirectory",
            directory,
            () -> {
              LOCAL.createDirectory(directory);
              return null;
            });
      }

      @Override
      public OptionalLong usableSpace(Path file) {
        return LOCAL.usableSpace(file);
      }
    };
  }
}
