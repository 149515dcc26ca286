package toymodels.viewer.internal.picture;

import toymodels.viewer.Theme;
import toymodels.viewer.Timeline;
import toymodels.viewer.internal.scene.ShortNumbers;

/**
 * The strip under the picture: the loss so far in logarithmic axes, its jumps, and the step shown.
 */
public final class TimeBar {
  /** Height in pixels at scale 1. */
  static final int HEIGHT = 74;

  private static final int SIDE = 62;

  private final Timeline timeline;
  private final double left;
  private final double right;
  private final double top;
  private final double bottom;
  private final float scale;

  public TimeBar(Timeline timeline, int width, int height, float scale) {
    this.timeline = timeline;
    this.scale = scale;
    this.left = SIDE * scale;
    this.right = width - 24 * scale;
    this.top = height - (HEIGHT - 14) * scale;
    this.bottom = height - 24 * scale;
  }

  /** Whether there is a course to show. */
  public static boolean shown(Timeline timeline) {
    return timeline.last() > 0 && timeline.losses().length > 1;
  }

  public boolean contains(double x, double y) {
    return x >= left - 8 * scale && x <= right + 8 * scale && y >= top - 4 * scale;
  }

  /** Steps are spaced by log(1 + step / 20), which shows the beginning and the end. */
  private static double place(double step) {
    return StrictMath.log1p(step / 20);
  }

  public double xOf(int step) {
    return left + (right - left) * place(step) / place(timeline.last());
  }

  /** The step at a pixel, within the course. */
  public int stepAt(double x) {
    double t = Math.max(0, Math.min(1, (x - left) / (right - left)));
    return (int) Math.round(20 * StrictMath.expm1(t * place(timeline.last())));
  }

  void paint(Overlay overlay, Theme theme, int cursor) {
    overlay.box(left, top, right, bottom, 3 * scale, theme.panel, 1);
    float low = Float.POSITIVE_INFINITY;
    float high = 0;
    for (float loss : timeline.losses()) {
      if (loss > 0 && Float.isFinite(loss)) {
        low = Math.min(low, loss);
        high = Math.max(high, loss);
      }
    }
    for (int jump : timeline.jumps()) {
      overlay.line(xOf(jump), top + 2, xOf(jump), bottom - 2, scale, theme.positive, 0.45);
    }
    double span = Math.max(StrictMath.log(high / low), 0.05);
    double inner = bottom - top - 8 * scale;
    double px = 0;
    double py = 0;
    boolean first = true;
    for (int i = 0; i < timeline.losses().length; i++) {
      float loss = timeline.losses()[i];
      if (!(loss > 0) || !Float.isFinite(loss)) {
        continue;
      }
      double x = xOf(timeline.steps()[i]);
      double y = bottom - 4 * scale - inner * StrictMath.log(loss / low) / span;
      if (!first && (x - px > 0.75 || i + 1 == timeline.losses().length)) {
        overlay.line(px, py, x, y, 1.6 * scale, theme.negative, 1);
      }
      if (first || x - px > 0.75) {
        px = x;
        py = y;
      }
      first = false;
    }
    double x = xOf(Math.min(cursor, timeline.last()));
    overlay.line(x, top - 3 * scale, x, bottom + 3 * scale, 2 * scale, theme.ink, 1);
    int size = Math.round(11 * scale);
    Glyphs glyphs = Glyphs.shared();
    overlay.text(
        "loss", left - glyphs.width("loss", size) - 8 * scale, top + size, size, theme.soft);
    ticks(overlay, theme, size);
  }

  private void ticks(Overlay overlay, Theme theme, int size) {
    Glyphs glyphs = Glyphs.shared();
    double free = left;
    for (long step = 0; step <= timeline.last(); step = step == 0 ? 100 : step * 10) {
      free = tick(overlay, theme, size, glyphs, (int) step, free);
    }
    tick(overlay, theme, size, glyphs, timeline.last(), free);
  }

  private double tick(
      Overlay overlay, Theme theme, int size, Glyphs glyphs, int step, double free) {
    String text = ShortNumbers.grouped(step);
    double width = glyphs.width(text, size);
    double x = Math.min(xOf(step) - width / 2, right - width);
    if (x < free - width / 2 - 1 || step > 0 && x < free + 10 * scale) {
      return free;
    }
    overlay.text(text, x, bottom + size + 5 * scale, size, theme.soft);
    return x + width;
  }
}
