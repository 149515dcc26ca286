package toymodels.cli;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where a command's words go: results to {@link #out}, everything else to {@link #err}. No control
 * codes are ever written but a carriage return, and that to a live terminal alone.
 *
 * @param out standard output, UTF-8
 * @param err standard error, UTF-8
 * @param live whether standard error is a terminal that somebody watches
 */
record Terminal(PrintWriter out, PrintWriter err, boolean live) {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  static Terminal of(OutputStream out, OutputStream err, boolean live) {
    return new Terminal(writer(out), writer(err), live);
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** Names the next useful command: the last line of every command. */
  void next(String command) {
    out.flush();
    err.println("next: " + command);
  }

  /**
   * Writes everything out. Under the launcher's filter this waits for the filter to have passed on
   * the last words, or they would appear after the shell's prompt.
   */
  void close() {
    out.flush();
    err.flush();
    if (Boolean.getBoolean("toymodels.filtered")) {
      System.err.close();
      ProcessHandle.current().children().forEach(Terminal::waitFor);
    }
  }

  private static void waitFor(ProcessHandle filter) {
    try {
      filter.onExit().get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return; // The filter's reader is gone or slow; nothing of ours is lost by ending now.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
