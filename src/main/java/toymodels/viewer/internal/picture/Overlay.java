package toymodels.viewer.internal.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Flat shapes over the picture, painted in the order they were added: boxes, lines, rings, letters.
 *
 * <p>A shape is 12 floats: four of place, then kind, size, and two of the atlas, then red, green,
 * blue, alpha. Coverage at a pixel's centre is ½ minus the signed distance to the shape's edge,
 * clamped to 0 to 1, in every renderer.
 */
public final class Overlay {
  public static final int FLOATS = 12;

  /** Left, top, right, bottom; size is the radius of the corners. */
  public static final int BOX = 0;

  /** From, to; size is half the width. */
  static final int LINE = 1;

  /** Left, top, right, bottom in whole pixels; left and top in the atlas. */
  public static final int GLYPH = 2;

  /** Centre, radius, unused; size is half the width. */
  public static final int RING = 3;

  private float[] data = new float[64 * FLOATS];
  private int count;

  /**
   * A line of text, which shapes of letters paint too.
   *
   * @param before painted before the shape of this number
   */
  record Text(int before, String text, double x, double baseline, int size, int rgb) {}

  private final List<Text> texts = new ArrayList<>();

  /** All texts, for pictures that have letters of their own. */
  List<Text> texts() {
    return texts;
  }

  /** How many shapes. */
  public int count() {
    return count;
  }

  /** The shapes, (at least count, 12). Not copied. */
  public float[] data() {
    return data;
  }

  private void add(
      int kind,
      float a,
      float b,
      float c,
      float d,
      float size,
      float u,
      float v,
      int rgb,
      double alpha) {
    if ((count + 1) * FLOATS > data.length) {
      data = Arrays.copyOf(data, data.length * 2);
    }
    int at = count++ * FLOATS;
    data[at] = a;
    data[at + 1] = b;
    data[at + 2] = c;
    data[at + 3] = d;
    data[at + 4] = kind;
    data[at + 5] = size;
    data[at + 6] = u;
    data[at + 7] = v;
    data[at + 8] = (rgb >> 16 & 255) / 255f;
    data[at + 9] = (rgb >> 8 & 255) / 255f;
    data[at + 10] = (rgb & 255) / 255f;
    data[at + 11] = (float) alpha;
  }

  void box(double x0, double y0, double x1, double y1, double corner, int rgb, double alpha) {
    add(BOX, (float) x0, (float) y0, (float) x1, (float) y1, (float) corner, 0, 0, rgb, alpha);
  }

  void line(double x0, double y0, double x1, double y1, double width, int rgb, double alpha) {
    add(
        LINE,
        (float) x0,
        (float) y0,
        (float) x1,
        (float) y1,
        (float) (width / 2),
        0,
        0,
        rgb,
        alpha);
  }

  void ring(double x, double y, double radius, double width, int rgb, double alpha) {
    add(RING, (float) x, (float) y, (float) radius, 0, (float) (width / 2), 0, 0, rgb, alpha);
  }

  /**
   * One line of text.
   *
   * @param x left end
   * @param baseline y of the letters' foot
   * @param size height in pixels
   */
  void text(String text, double x, double baseline, int size, int rgb) {
    texts.add(new Text(count, text, x, baseline, size, rgb));
    Glyphs glyphs = Glyphs.shared();
    double pen = x;
    for (int i = 0; i < text.length(); i++) {
      Glyphs.Glyph g = glyphs.glyph(text.charAt(i), size);
      if (g.width() > 0) {
        int left = (int) Math.round(pen) + g.x();
        int top = (int) Math.round(baseline) + g.y();
        add(GLYPH, left, top, left + g.width(), top + g.height(), 0, g.u(), g.v(), rgb, 1);
      }
      pen += g.advance();
    }
  }
}
