package toymodels.cli;

import java.util.HashMap;
import java.util.Map;
import sun.misc.Signal;
import sun.misc.SignalHandler;
import toymodels.train.StopSignal;

/**
 * Ctrl-C, SIGTERM and SIGHUP while a command trains: the first asks it to stop after its present
 * chunk of steps and to save, the second ends the process at once.
 */
final class Interruption implements AutoCloseable {
  private static final int FIRST_SIGNAL_CODE = 128;

  private final Terminal terminal;
  private final StopSignal stop = new StopSignal();
  private final Map<Signal, SignalHandler> before = new HashMap<>();
  private volatile int code;

  Interruption(Terminal terminal) {
    this.terminal = terminal;
    for (String name : new String[] {"INT", "TERM", "HUP"}) {
      handle(name);
    }
  }

  /**
   * Under nohup, SIGHUP stays ignored: Java leaves a signal alone that it was started to ignore.
   */
  private void handle(String name) {
    try {
      Signal signal = new Signal(name);
      before.put(signal, Signal.handle(signal, this::received));
    } catch (IllegalArgumentException e) {
      return; // This system has no such signal, or this Java was started not to handle it.
    }
  }

  private void received(Signal signal) {
    code = FIRST_SIGNAL_CODE + signal.getNumber();
    if (stop.requested()) {
      Runtime.getRuntime().halt(code);
    }
    stop.request();
    terminal.err().println();
    terminal.err().println("stopping after this chunk of steps, and saving; again to end at once");
  }

  StopSignal stop() {
    return stop;
  }

  /** 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP, as when a terminal is closed. */
  int exitCode() {
    return code;
  }

  @Override
  public void close() {
    before.forEach(Signal::handle);
  }
}
