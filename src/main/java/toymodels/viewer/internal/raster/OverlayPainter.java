package toymodels.viewer.internal.raster;

import toymodels.viewer.Image;
import toymodels.viewer.internal.picture.Glyphs;
import toymodels.viewer.internal.picture.Overlay;

/** Paints an {@link Overlay} onto pixels, twin of {@code shaders/overlay.frag}. */
final class OverlayPainter {
  private OverlayPainter() {}

  static void paint(Overlay overlay, Image image) {
    float[] d = overlay.data();
    byte[] atlas = overlay.count() == 0 ? null : Glyphs.shared().atlas();
    for (int s = 0; s < overlay.count(); s++) {
      int at = s * Overlay.FLOATS;
      int kind = (int) d[at + 4];
      float reach = kind == Overlay.GLYPH ? 0 : kind == Overlay.BOX ? 1 : d[at + 5] + 1;
      float x0 = Math.min(d[at], d[at + 2]);
      float x1 = Math.max(d[at], d[at + 2]);
      float y0 = Math.min(d[at + 1], d[at + 3]);
      float y1 = Math.max(d[at + 1], d[at + 3]);
      if (kind == Overlay.RING) {
        x0 = d[at] - d[at + 2];
        x1 = d[at] + d[at + 2];
        y0 = d[at + 1] - d[at + 2];
        y1 = d[at + 1] + d[at + 2];
      }
      int left = Math.max(0, (int) Math.floor(x0 - reach));
      int right = Math.min(image.width(), (int) Math.ceil(x1 + reach));
      int top = Math.max(0, (int) Math.floor(y0 - reach));
      int bottom = Math.min(image.height(), (int) Math.ceil(y1 + reach));
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          float coverage =
              kind == Overlay.GLYPH
                  ? letter(d, at, atlas, x, y)
                  : 0.5f - distance(d, at, kind, x + 0.5f, y + 0.5f);
          blend(image, x, y, d, at, Math.max(0, Math.min(1, coverage)));
        }
      }
    }
  }

  private static float letter(float[] d, int at, byte[] atlas, int x, int y) {
    int u = (int) d[at + 6] + x - (int) d[at];
    int v = (int) d[at + 7] + y - (int) d[at + 1];
    return (atlas[v * Glyphs.ATLAS + u] & 255) / 255f;
  }

  /** Signed distance from a point to the edge of a shape, in pixels, negative inside. */
  private static float distance(float[] d, int at, int kind, float x, float y) {
    float size = d[at + 5];
    if (kind == Overlay.BOX) {
      float qx = Math.abs(x - 0.5f * (d[at] + d[at + 2])) - 0.5f * (d[at + 2] - d[at]) + size;
      float qy =
          Math.abs(y - 0.5f * (d[at + 1] + d[at + 3])) - 0.5f * (d[at + 3] - d[at + 1]) + size;
      return length(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - size;
    }
    if (kind == Overlay.RING) {
      return Math.abs(length(x - d[at], y - d[at + 1]) - d[at + 2]) - size;
    }
    float dx = d[at + 2] - d[at];
    float dy = d[at + 3] - d[at + 1];
    float square = dx * dx + dy * dy;
    float t = square == 0 ? 0 : ((x - d[at]) * dx + (y - d[at + 1]) * dy) / square;
    t = Math.max(0, Math.min(1, t));
    return length(x - d[at] - dx * t, y - d[at + 1] - dy * t) - size;
  }

  private static float length(float x, float y) {
    return (float) Math.sqrt(x * x + y * y);
  }

  private static void blend(Image image, int x, int y, float[] d, int at, float coverage) {
    float alpha = coverage * d[at + 11];
    if (alpha <= 0) {
      return;
    }
    byte[] rgba = image.rgba();
    int pixel = 4 * (y * image.width() + x);
    for (int c = 0; c < 3; c++) {
      float below = (rgba[pixel + c] & 255) / 255f;
      rgba[pixel + c] = (byte) (int) ((below + (d[at + 8 + c] - below) * alpha) * 255 + 0.5f);
    }
  }
}
