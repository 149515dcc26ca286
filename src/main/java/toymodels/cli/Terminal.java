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
 * @param quiet whether results and errors alone are wanted
 * @param results what is below {@link #out}, and knows whether it failed
 */
record Terminal(
    PrintWriter out, PrintWriter err, boolean live, boolean quiet, ResultStream results) {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  static Terminal of(OutputStream out, OutputStream err, boolean live) {
    ResultStream results = new ResultStream(out);
    return new Terminal(writer(results, false), writer(err, true), live, false, results);
  }

  private static PrintWriter writer(OutputStream stream, boolean returns) {
    return new PrintWriter(
        new PlainWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), returns), true);
  }

  Terminal quietly() {
    return new Terminal(out, err, live, true, results);
  }

  /** Says in a line what is not as it seems. */
  void warn(String what) {
    if (!quiet) {
      err.println("warning: " + what);
    }
  }

  /** Names the next useful command: the last line of every command that is not quiet. */
  void next(String command) {
    if (!out.checkError() && !quiet) {
      err.println("next: " + CommandName.typed(command));
    }
  }

  /**
   * Writes everything out. Under the launcher's filter this waits for the filter to have passed on
   * the last words, or they would appear after the shell's prompt. The filter ends at the end of
   * its input, which is here; the limit is for another process that was given our standard error
   * and outlives us.
   */
  void close() {
    out.flush();
    err.flush();
    Long filter = Long.getLong("toymodels.filter");
    if (filter != null) {
      System.err.close();
      ProcessHandle.of(filter).ifPresent(Terminal::waitFor);
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
