package toymodels.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import toymodels.run.config.RunConfig;
import toymodels.run.file.Disk;
import toymodels.train.StopSignal;

/** Trains a run in a process of its own, and ends it without warning at a point of storage. */
public final class CrashingProcess {
  static final int HALTED = 42;
  static final RunConfig[] CONFIGS = {Runs.config(43), Runs.config(12)};

  private CrashingProcess() {}

  /** The run, then a point such as "before move ckpt" at whose second time the process ends. */
  public static void main(String[] arguments) {
    Path path = Path.of(arguments[0]);
    String point = arguments.length > 1 ? arguments[1] : "";
    Disk disk = halting(point);
    boolean slowly = point.equals("slowly");
    if (!RunDirectory.isRun(path) && Files.exists(path)) {
      deleteUnstarted(path); // As the message tells a user who was this unlucky.
    }
    try (RunDirectory run =
        RunDirectory.isRun(path)
            ? RunDirectory.resume(disk, path, c -> c)
            : RunDirectory.create(disk, path, Runs.ORIGIN, List.of(CONFIGS))) {
      Runs.train(run, (done, total) -> pause(slowly), StopSignal.never());
    }
  }

  private static void pause(boolean slowly) {
    try {
      Thread.sleep(slowly ? 15 : 0);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void deleteUnstarted(Path path) {
    try (var files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Disk halting(String point) {
    boolean rare = point.contains("history") || point.contains("final");
    int[] left = {rare ? 1 : 2};
    return Disks.watching(
        (when, operation, path) -> {
          String[] parts = path.toString().split("/");
          String place =
              String.join(" ", Arrays.asList(parts).subList(parts.length - 2, parts.length));
          boolean here =
              point.startsWith(when + " " + operation + " ")
                  && place.contains(point.substring(point.lastIndexOf(' ') + 1));
          if (here && --left[0] == 0) {
            Runtime.getRuntime().halt(HALTED);
          }
        });
  }
}
