package toymodels.viewer;

/** The display that a window was on is gone: its X server ended, or the connection to it. */
public final class DisplayLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DisplayLostException() {
    super("the connection to the display was lost");
  }
}
