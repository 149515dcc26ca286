package toymodels.viewer.internal.gl;

/**
 * How often the window draws. While models train, drawing takes a bounded part of the time, so that
 * even where it uses every core it cannot cost training more than that: a slow machine gets fewer
 * frames, not a slower training. Nothing here waits for the display.
 */
public final class FramePacer {
  /** The part of the time that drawing takes while models train, if nobody says otherwise. */
  public static final double SHARE = 1 / 12.0;

  /** The part of the time while somebody steers: a second of that is worth more to them. */
  static final double STEERING_SHARE = 0.5;

  private static final double STEERING_SECONDS = 0.6;
  private static final double FASTEST = 1 / 60.0;

  /** Frames are averaged over about so many. */
  private static final double MEMORY = 4;

  private double cost;
  private double last = Double.NEGATIVE_INFINITY;
  private double steered = Double.NEGATIVE_INFINITY;

  /**
   * A frame was drawn.
   *
   * @param end seconds of a clock
   * @param seconds that it took
   */
  public void drawn(double end, double seconds) {
    last = end;
    cost = cost == 0 ? seconds : cost + (seconds - cost) / MEMORY;
  }

  /** The mouse or a key was used. */
  void steered(double now) {
    steered = now;
  }

  /**
   * Seconds until the next frame may begin; at most 0 if it may now.
   *
   * @param training whether models train meanwhile
   * @param share the part of the time that drawing may take then
   */
  public double pause(double now, boolean training, double share) {
    double allowed = now - steered < STEERING_SECONDS ? Math.max(share, STEERING_SHARE) : share;
    double gap = training ? cost * (1 / allowed - 1) : 0;
    return last + Math.max(gap, FASTEST - cost) - now;
  }
}
