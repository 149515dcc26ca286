package toymodels.viewer.internal.picture;

import java.util.ArrayList;
import java.util.List;

/** Text beside points, placed so that no two overlap; what finds no place is left out. */
final class Labels {
  /** Directions to try, as eighths of a turn from the outward one. */
  private static final int[] TURNS = {0, 1, -1, 2, -2, 3, -3, 4};

  private final Overlay overlay;
  private final int size;
  private final float scale;
  private final double[] bounds;
  private final List<double[]> taken = new ArrayList<>();

  /**
   * @param bounds left, top, right, bottom that labels stay within
   */
  Labels(Overlay overlay, int size, float scale, double... bounds) {
    this.overlay = overlay;
    this.size = size;
    this.scale = scale;
    this.bounds = bounds;
  }

  /** Keeps labels away from a ball. */
  void avoid(double x, double y, double radius) {
    taken.add(new double[] {x - radius, y - radius, x + radius, y + radius});
  }

  /**
   * Places one label outside a ball, away from a centre; farther off with a leader line.
   *
   * @return whether it found a place
   */
  boolean place(
      String text, double x, double y, double radius, double cx, double cy, int ink, int faint) {
    double width = Glyphs.shared().width(text, size);
    double height = size * 0.8;
    double outward = Math.hypot(x - cx, y - cy) < 1 ? -0.8 : StrictMath.atan2(y - cy, x - cx);
    for (double gap : new double[] {3, 14, 26, 40}) {
      for (int turn : TURNS) {
        double angle = outward + turn * StrictMath.PI / 4;
        double reach = radius + gap * scale;
        double dx = StrictMath.cos(angle);
        double dy = StrictMath.sin(angle);
        double mx = x + dx * (reach + width / 2 + (gap > 3 ? 0 : 1));
        double my = y + dy * (reach + height / 2);
        double[] box = {
          mx - width / 2 - 1, my - height / 2 - 1, mx + width / 2 + 1, my + height / 2 + 1
        };
        if (fits(box)) {
          taken.add(box);
          if (gap > 3) {
            overlay.line(
                x + dx * (radius + 1),
                y + dy * (radius + 1),
                x + dx * (reach - 2 * scale),
                y + dy * (reach - 2 * scale),
                scale,
                faint,
                1);
          }
          overlay.text(text, mx - width / 2, my + height / 2, size, ink);
          return true;
        }
      }
    }
    return false;
  }

  private boolean fits(double[] box) {
    if (box[0] < bounds[0] || box[1] < bounds[1] || box[2] > bounds[2] || box[3] > bounds[3]) {
      return false;
    }
    for (double[] other : taken) {
      if (box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]) {
        return false;
      }
    }
    return true;
  }
}
