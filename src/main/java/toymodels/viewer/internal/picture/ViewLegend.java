package toymodels.viewer.internal.picture;

import toymodels.viewer.Colouring;
import toymodels.viewer.SceneInfo;
import toymodels.viewer.Theme;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.scene.Palette;
import toymodels.viewer.internal.scene.ShortNumbers;

/** What colours mean, at the right of the picture. */
final class ViewLegend {
  private final Overlay overlay;
  private final Theme theme;
  private final float scale;
  private final int width;
  private final int height;
  private final int small;

  ViewLegend(Overlay overlay, Theme theme, float scale, int width, int height) {
    this.overlay = overlay;
    this.theme = theme;
    this.scale = scale;
    this.width = width;
    this.height = height;
    this.small = Math.round(11 * scale);
  }

  /** The colour bar and, with edges, what their colours mean. */
  void paint(SceneInfo info, ViewState view) {
    double x = width - 58 * scale;
    double top = 96 * scale;
    double bar = Math.min(190 * scale, height * 0.34);
    double[] range = view.colouring.range(info);
    String title = view.colouring.title();
    double right = width - 18 * scale;
    overlay.text(
        title, right - Glyphs.shared().width(title, small), top - 12 * scale, small, theme.soft);
    if (view.colouring != Colouring.COMPONENT) {
      Palette palette = view.colouring == Colouring.BIAS ? Palette.DIVERGING : view.palette;
      int steps = (int) Math.round(bar);
      for (int i = 0; i < steps; i++) {
        int colour = palette.at(1 - i / (steps - 1.0));
        overlay.box(x + 26 * scale, top + i, right, top + i + 1, 0, colour, 1);
      }
      for (int t = 0; t <= 2; t++) {
        String text = ShortNumbers.fixed2(range[0] + (range[1] - range[0]) * t / 2);
        double y = top + bar * (1 - t / 2.0);
        double width = Glyphs.shared().width(text, small);
        overlay.line(x + 22 * scale, y, x + 26 * scale, y, scale, theme.soft, 1);
        overlay.text(text, x + 18 * scale - width, y + small * 0.36, small, theme.soft);
      }
    }
    if (view.edges) {
      legend(right, top + bar + 34 * scale);
    }
  }

  private void legend(double right, double y) {
    String[] texts = {"hurts", "absorbed"};
    overlay.text(
        "interference", right - Glyphs.shared().width("interference", small), y, small, theme.soft);
    for (int k = 0; k < 2; k++) {
      double row = y + (18 + 18 * k) * scale;
      int colour = k == 0 ? theme.positive : theme.negative;
      double from = right - 26 * scale;
      for (double dash = from; dash < right - 1; dash += 8 * scale) {
        double end = k == 0 ? right : Math.min(right, dash + 4.8 * scale);
        overlay.line(dash, row - small * 0.36, end, row - small * 0.36, 2 * scale, colour, 1);
      }
      double width = Glyphs.shared().width(texts[k], small);
      overlay.text(texts[k], from - width - 7 * scale, row, small, theme.soft);
    }
  }
}
