package toymodels.train;

/**
 * Asks training to stop at the end of its present chunk of steps, to save, and to return. Any
 * thread may ask, such as one that serves SIGINT.
 */
public final class StopSignal {
  private volatile boolean requested;

  /** A signal that nobody gives. */
  public static StopSignal never() {
    return new StopSignal();
  }

  public void request() {
    requested = true;
  }

  public boolean requested() {
    return requested;
  }
}
