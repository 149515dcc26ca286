package toymodels.viewer;

/** A camera on its way from one place to another. */
final class Flight {
  private static final double SECONDS = 0.4;

  private Camera from;
  private Camera to;
  private double flown;

  void start(Camera start, Camera target) {
    from = start;
    to = target;
    flown = 0;
  }

  boolean flying() {
    return to != null;
  }

  Camera target() {
    return to;
  }

  /** Where the camera is after more seconds. */
  Camera advance(double seconds) {
    flown += seconds;
    Camera now = from.towards(to, Math.min(1, flown / SECONDS));
    if (flown >= SECONDS) {
      land();
    }
    return now;
  }

  /** Ends the flight where it is. */
  void land() {
    to = null;
  }
}
