package toymodels.cli;

import java.time.Duration;
import java.util.function.LongSupplier;
import toymodels.run.Progress;

/**
 * Says how far training is: on a live terminal one line that is written anew, else a plain line
 * every ten seconds, and nothing when quiet.
 */
final class ProgressLine implements Progress, AutoCloseable {
  private static final long LIVE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long PLAIN_NANOS = Duration.ofSeconds(10).toNanos();

  private final Terminal terminal;
  private final String label;
  private final boolean quiet;
  private final LongSupplier clock;
  private final long started;
  private long spoke;
  private long firstDone = -1;
  private int shown;

  /**
   * @param label what is trained
   * @param clock nanoseconds, such as {@link System#nanoTime}
   */
  ProgressLine(Terminal terminal, String label, boolean quiet, LongSupplier clock) {
    this.terminal = terminal;
    this.label = label;
    this.quiet = quiet;
    this.clock = clock;
    this.started = clock.getAsLong();
    this.spoke = started;
  }

  @Override
  public void at(long done, long total) {
    if (firstDone < 0) {
      firstDone = done;
    }
    long now = clock.getAsLong();
    if (quiet || now - spoke < (terminal.live() ? LIVE_NANOS : PLAIN_NANOS)) {
      return;
    }
    spoke = now;
    String text = text(done, total, (now - started) * 1e-9);
    if (terminal.live()) {
      String padded = text + " ".repeat(Math.max(0, shown - text.length()));
      terminal.err().print("\r" + padded);
      terminal.err().flush();
      shown = text.length();
    } else {
      terminal.err().println(text);
    }
  }

  private String text(long done, long total, double seconds) {
    double rate = (done - firstDone) / seconds;
    String left = rate > 0 ? Quantity.time((total - done) / rate) + " left" : "";
    String text =
        "%s %3d %%  %s model-steps/s  %s"
            .formatted(label, 100 * done / Math.max(total, 1), Quantity.count(rate), left);
    return text.length() < Toymodels.WIDTH ? text : text.substring(0, Toymodels.WIDTH - 1);
  }

  /** Takes the live line away. */
  @Override
  public void close() {
    if (shown > 0) {
      terminal.err().print("\r" + " ".repeat(shown) + "\r");
      terminal.err().flush();
      shown = 0;
    }
  }
}
