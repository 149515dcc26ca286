package toymodels.run.file;

import java.nio.file.Path;

/** What is left of this process's heap, asked before an array is made and not after. */
public final class HeapBudget {
  private HeapBudget() {}

  /**
   * Fails unless the heap has room.
   *
   * @param file what the memory is for
   * @param what the part of the file
   * @param bytes how many are about to be taken
   * @throws TooLargeException if it has not, also after a collection
   */
  public static void require(Path file, String what, long bytes) {
    if (!has(bytes)) {
      throw new TooLargeException(file, what, bytes);
    }
  }

  /** Whether this many bytes are free, also if garbage has to be collected first. */
  public static boolean has(long bytes) {
    if (bytes <= free()) {
      return true;
    }
    if (bytes >= Runtime.getRuntime().maxMemory()) {
      return false;
    }
    System.gc();
    return bytes <= free();
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
  }
}
