package toymodels.viewer.internal.scene;

import toymodels.viewer.Camera;

/** A camera on its way from one place to another. */
public final class CameraAnimation {
  private static final double SECONDS = 0.4;

  private Camera from;
  private Camera to;
  private double flown;

  public void start(Camera start, Camera target) {
    from = start;
    to = target;
    flown = 0;
  }

  public boolean flying() {
    return to != null;
  }

  public Camera target() {
    return to;
  }

  /** Where the camera is after more seconds. */
  public Camera advance(double seconds) {
    flown += seconds;
    Camera now = from.towards(to, Math.min(1, flown / SECONDS));
    if (flown >= SECONDS) {
      land();
    }
    return now;
  }

  /** Ends the flight where it is. */
  public void land() {
    to = null;
  }
}
