package toymodels.cli;

import java.time.Duration;

/**
 * Says that work goes on which tells no progress itself, such as a report: on a live terminal the
 * seconds that it has taken, anew every second, else a plain line every ten; nothing when quiet, or
 * within the first seconds.
 */
final class Heartbeat implements AutoCloseable {
  private static final Duration LIVE = Duration.ofSeconds(1);
  private static final Duration PLAIN = Duration.ofSeconds(10);

  private final Terminal terminal;
  private final Thread thread;
  private final long started = System.nanoTime();
  private volatile String doing;
  private int shown;

  /**
   * Starts to speak.
   *
   * @param doing what is done, such as "making the report"
   */
  Heartbeat(Terminal terminal, boolean quiet, String doing) {
    this(terminal, quiet, doing, terminal.live() ? LIVE : PLAIN);
  }

  Heartbeat(Terminal terminal, boolean quiet, String doing, Duration every) {
    this.terminal = terminal;
    this.doing = doing;
    this.thread = new Thread(() -> speak(every), "heartbeat");
    thread.setDaemon(true);
    if (!quiet) {
      thread.start();
    }
  }

  /** From now on something else is done. */
  void doing(String what) {
    doing = what;
  }

  private void speak(Duration every) {
    try {
      while (true) {
        Thread.sleep(every.toMillis());
        say();
      }
    } catch (InterruptedException e) {
      return; // The work is done.
    }
  }

  private synchronized void say() {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    String time = Units.time((System.nanoTime() - started) * 1e-9);
    String text = "%s: %s so far".formatted(doing, time);
    if (terminal.live()) {
      terminal.err().print("\r" + text + " ".repeat(Math.max(0, shown - text.length())));
      terminal.err().flush();
      shown = text.length();
    } else {
      terminal.err().println(text);
    }
  }

  /** Takes the live line away. */
  @Override
  public void close() {
    thread.interrupt();
    synchronized (this) {
      if (shown > 0) {
        terminal.err().print("\r" + " ".repeat(shown) + "\r");
        terminal.err().flush();
        shown = 0;
      }
    }
  }
}
