package toymodels.viewer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import toymodels.natives.Lwjgl;
import toymodels.viewer.internal.gl.XlibErrors;

/**
 * Runs what shows a window on a thread of its own, so that whatever becomes of the window, and if
 * its thread never returns, the caller goes on. On macOS and Windows it runs on the calling thread:
 * macOS wants windows on the process's first.
 */
public final class WindowThread {
  private WindowThread() {}

  /**
   * Runs a window to its end.
   *
   * @throws DisplayLostException if its display was lost; its thread never returns then, and what
   *     it has opened stays open
   */
  public static void run(Runnable window) {
    if (!Lwjgl.onLinux()) {
      window.run();
      return;
    }
    CompletableFuture<Void> ended = new CompletableFuture<>();
    XlibErrors.tell(() -> ended.completeExceptionally(new DisplayLostException()));
    Thread thread =
        new Thread(
            () -> {
              try {
                window.run();
                ended.complete(null);
              } catch (Throwable e) {
                ended.completeExceptionally(e);
              }
            },
            "window");
    thread.setDaemon(true);
    thread.start();
    await(ended);
  }

  private static void await(CompletableFuture<Void> ended) {
    try {
      ended.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a window was shown", e);
    }
  }
}
