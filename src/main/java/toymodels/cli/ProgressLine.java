package toymodels.cli;

import java.time.Duration;
import java.util.function.LongSupplier;
import toymodels.train.Progress;

/**
 * Says how far training is, and the measuring and writing after it: on a live terminal one line
 * that is written again, else a plain line every ten seconds, and nothing when quiet.
 */
final class ProgressLine implements Progress, AutoCloseable {
  private static final long LIVE_NANOS = Duration.ofMillis(100).toNanos();

  /** What takes less is not worth a line before it begins. */
  private static final double ANNOUNCED_SECONDS = 10;

  private static final long PLAIN_NANOS = Duration.ofSeconds(10).toNanos();

  private final Terminal terminal;
  private final String label;
  private final boolean quiet;
  private final LongSupplier clock;
  private final long started;
  private long spoke;
  private long firstDone = -1;
  private double after;
  private String working = "";
  private long workingSince;
  private long firstWorked;
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
    say(text(done, total, (clock.getAsLong() - started) * 1e-9), false);
  }

  @Override
  public void expect(Duration afterTraining) {
    after = afterTraining.toNanos() * 1e-9;
    if (after >= ANNOUNCED_SECONDS && !quiet) {
      say(
          "%s: then models are measured on held-out samples, in about %s"
              .formatted(label, Units.time(after)),
          true);
    }
  }

  /** The first word of a new sort of work is not held back. */
  @Override
  public void working(String doing, long done, long total) {
    long now = clock.getAsLong();
    boolean begins = !doing.equals(working);
    if (begins) {
      working = doing;
      workingSince = now;
      firstWorked = done;
    }
    double rate = (done - firstWorked) / ((now - workingSince) * 1e-9);
    String left = rate > 0 ? "  " + Units.time((total - done) / rate) + " left" : "";
    String text =
        total > 1
            ? "%s: %s %3d %%%s".formatted(label, doing, 100 * done / total, left)
            : "%s: %s".formatted(label, doing);
    say(cut(text), begins && now - started > PLAIN_NANOS);
  }

  private void say(String text, boolean atOnce) {
    long now = clock.getAsLong();
    if (quiet || !atOnce && now - spoke < (terminal.live() ? LIVE_NANOS : PLAIN_NANOS)) {
      return;
    }
    spoke = now;
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
    String left = rate > 0 ? Units.time((total - done) / rate + after) + " left" : "";
    String text =
        "%s %3d %%  %s model-steps/s  %s"
            .formatted(label, 100 * done / Math.max(total, 1), Units.count(rate), left);
    return cut(text);
  }

  private static String cut(String text) {
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
