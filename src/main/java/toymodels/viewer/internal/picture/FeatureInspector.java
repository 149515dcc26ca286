package toymodels.viewer.internal.picture;

import java.util.ArrayList;
import java.util.List;
import toymodels.viewer.Scene;
import toymodels.viewer.Theme;
import toymodels.viewer.internal.scene.Interference;
import toymodels.viewer.internal.scene.ShortNumbers;

/** What is known of the picked feature, on a small panel at the left. */
final class FeatureInspector {
  /** Width in pixels at scale 1. */
  static final int WIDTH = 220;

  private static final int INTERFERERS = 4;

  private final Overlay overlay;
  private final Theme theme;
  private final float scale;

  FeatureInspector(Overlay overlay, Theme theme, float scale) {
    this.overlay = overlay;
    this.theme = theme;
    this.scale = scale;
  }

  /** The lines, as name and value. */
  static List<String[]> lines(Scene scene, int vertex) {
    int n = scene.info().features();
    int model = vertex / n;
    int feature = vertex % n;
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"feature " + feature, scene.info().labels().get(model)});
    lines.add(new String[] {"norm ‖W‖", ShortNumbers.short3(scene.norm(model, feature))});
    lines.add(new String[] {"bias b", ShortNumbers.short3(scene.biases()[vertex])});
    lines.add(
        new String[] {
          "dimensionality D", ShortNumbers.short3(scene.dimensionality(model, feature))
        });
    lines.add(new String[] {"importance", ShortNumbers.short3(scene.info().importance()[vertex])});
    lines.add(new String[] {"density p", ShortNumbers.short3(scene.info().density()[vertex])});
    for (int other : Interference.strongest(scene, model, feature, INTERFERERS)) {
      lines.add(
          new String[] {
            "with feature " + other, ShortNumbers.short3(scene.dot(model, feature, other))
          });
    }
    return lines;
  }

  void paint(Scene scene, int vertex, int width, double top) {
    List<String[]> lines = lines(scene, vertex);
    int size = Math.round(12 * scale);
    double row = 19 * scale;
    double left = 18 * scale;
    double right = Math.min(left + WIDTH * scale, width - left);
    overlay.box(
        left, top, right, top + lines.size() * row + 12 * scale, 6 * scale, theme.panel, 0.94);
    double y = top + 20 * scale;
    for (int i = 0; i < lines.size(); i++) {
      String[] line = lines.get(i);
      overlay.text(line[0], left + 10 * scale, y, size, i == 0 ? theme.ink : theme.soft);
      double valueWidth = Glyphs.shared().width(line[1], size);
      overlay.text(line[1], right - 10 * scale - valueWidth, y, size, theme.ink);
      y += row;
    }
  }
}
