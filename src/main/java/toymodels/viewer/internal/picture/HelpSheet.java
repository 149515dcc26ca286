package toymodels.viewer.internal.picture;

import toymodels.viewer.Theme;

/** The list of all keys, over the picture. */
final class HelpSheet {
  private HelpSheet() {}

  static void paint(Overlay overlay, Theme theme, float scale, int width, int height) {
    Action[] actions = Action.values();
    int size = Math.round(12 * scale);
    int rows = (actions.length + 1) / 2;
    double row = Math.min(18.5 * scale, (height - 52.0 * scale) / rows);
    double w = Math.min(width - 20 * scale, 780 * scale);
    double h = rows * row + 44 * scale;
    double left = (width - w) / 2;
    double top = Math.max(4, (height - h) / 2);
    overlay.box(0, 0, width, height, 0, theme.background, 0.55);
    overlay.box(left, top, left + w, top + h, 8 * scale, theme.panel, 1);
    overlay.text("Keys", left + 16 * scale, top + 24 * scale, Math.round(14 * scale), theme.ink);
    for (int i = 0; i < actions.length; i++) {
      double x = left + 16 * scale + (i / rows) * (w / 2);
      double y = top + 46 * scale + (i % rows) * row;
      overlay.text(actions[i].keys(), x, y, size, theme.ink);
      overlay.text(actions[i].what(), x + 96 * scale, y, size, theme.soft);
    }
  }
}
