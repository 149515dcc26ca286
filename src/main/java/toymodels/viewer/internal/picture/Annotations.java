package toymodels.viewer.internal.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import toymodels.viewer.Projection;
import toymodels.viewer.Scene;
import toymodels.viewer.Theme;
import toymodels.viewer.Timeline;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.scene.Palette;
import toymodels.viewer.internal.scene.PolytopeNames;
import toymodels.viewer.internal.scene.ShortNumbers;
import toymodels.viewer.internal.scene.Vertices;

/** All text and signs of one picture: titles, labels, colour bar, legend, badge, card, time bar. */
final class Annotations {
  /** Labels of single features from this cell size on, at scale 1. */
  private static final int SMALLEST_WITH_FEATURES = 260;

  /** More features than this in a cell are not labelled one by one. */
  private static final int MOST_LABELS = 120;

  /** More models than this are not named one by one for the histogram. */
  private static final int MOST_NAMED = 512;

  private final Scene scene;
  private final ViewState view;
  private final Timeline timeline;
  private final Projection projection;
  private final Picture picture;
  private final Overlay overlay;
  private final Theme theme;
  private final float scale;
  private final int small;
  private final int normal;

  Annotations(Scene scene, ViewState view, Timeline timeline, Picture picture, float scale) {
    this.scene = scene;
    this.view = view;
    this.timeline = timeline;
    this.projection = picture.projected().projection();
    this.picture = picture;
    this.overlay = picture.overlay();
    this.theme = view.theme;
    this.scale = scale;
    this.small = Math.round(11 * scale);
    this.normal = Math.round(13 * scale);
  }

  void paint() {
    marks();
    title();
    cellLabels();
    new ViewLegend(overlay, theme, scale, picture.width(), picture.height())
        .paint(scene.info(), view);
    badge();
    if (TimeBar.shown(timeline)) {
      new TimeBar(timeline, picture.width(), picture.height(), scale)
          .paint(overlay, theme, scene.step());
    }
    int cell = cellOf(view.picked);
    if (cell >= 0) {
      new FeatureInspector(overlay, theme, scale)
          .paint(scene, view.picked, picture.width(), 62 * scale);
    }
    if (view.help) {
      HelpSheet.paint(overlay, theme, scale, picture.width(), picture.height());
    }
  }

  private int cellOf(int vertex) {
    if (vertex < 0) {
      return -1;
    }
    for (int cell = 0; cell < picture.layout().cells(); cell++) {
      if (picture.layout().models()[cell] == vertex / picture.features()) {
        return cell;
      }
    }
    return -1;
  }

  private void title() {
    int big = Math.round(17 * scale);
    float x = 18 * scale;
    overlay.text(scene.info().title(), x, 28 * scale, big, theme.ink);
    List<String> parts = new ArrayList<>();
    if (scene.step() > 0 || timeline.last() > 0) {
      parts.add("step " + ShortNumbers.grouped(scene.step()));
    }
    if (view.model == ViewState.ALL) {
      if (scene.info().models() > 1) {
        parts.add(ShortNumbers.grouped(picture.layout().cells()) + " models");
      }
      parts.add(meanLoss());
    } else {
      parts.add(scene.info().labels().get(view.model));
      float loss = scene.losses()[view.model];
      parts.add(Float.isNaN(loss) ? "" : "loss " + ShortNumbers.short3(loss));
      parts.add(PolytopeNames.of(scene, view.model));
    }
    parts.add(histogram());
    parts.removeIf(String::isEmpty);
    overlay.text(String.join("   ·   ", parts), x, 48 * scale, normal, theme.soft);
  }

  private String meanLoss() {
    double sum = 0;
    for (float loss : scene.losses()) {
      sum += loss;
    }
    return Double.isNaN(sum) ? "" : "mean loss " + ShortNumbers.short3(sum / scene.losses().length);
  }

  private String histogram() {
    if (view.model != ViewState.ALL || picture.layout().cells() > MOST_NAMED) {
      return "";
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (int model : picture.layout().models()) {
      String name = PolytopeNames.of(scene, model);
      if (!name.isEmpty()) {
        counts.merge(name, 1, Integer::sum);
      }
    }
    return counts.size() > 4 || picture.layout().cells() < 20
        ? ""
        : PolytopeNames.histogram(counts);
  }

  private void cellLabels() {
    Layout layout = picture.layout();
    int[] r = layout.rectangles();
    boolean strip = layout.cells() > 1 && r[1] + r[3] < nextRow(layout);
    for (int cell = 0; cell < layout.cells() && strip; cell++) {
      String label = scene.info().labels().get(layout.models()[cell]);
      String name = PolytopeNames.of(scene, layout.models()[cell]);
      double middle = r[4 * cell] + r[4 * cell + 2] / 2.0;
      double y = r[4 * cell + 1] + r[4 * cell + 3] + 3 * scale;
      String both = name.isEmpty() ? label : label + "  ·  " + name;
      if (Glyphs.shared().width(both, small) > layout.size() - 8 * scale) {
        both = label;
      }
      if (Glyphs.shared().width(both, small) <= layout.size() - 4 * scale) {
        centred(both, middle, y + 6 * scale, small, theme.soft);
      }
    }
  }

  private static int nextRow(Layout layout) {
    int[] r = layout.rectangles();
    int below = layout.columns();
    return below < layout.cells() ? r[4 * below + 1] : Integer.MAX_VALUE;
  }

  private void centred(String text, double x, double baseline, int size, int rgb) {
    overlay.text(text, x - Glyphs.shared().width(text, size) / 2, baseline, size, rgb);
  }

  /** Rings of biases and of the picked feature, and labels of features. */
  private void marks() {
    Layout layout = picture.layout();
    if (layout.size() < SMALLEST_WITH_FEATURES * scale && !view.biases && view.picked < 0) {
      return;
    }
    CellTransform placement = new CellTransform(picture);
    int n = picture.features();
    for (int cell = 0; cell < layout.cells(); cell++) {
      int[] r = layout.rectangles();
      Labels labels =
          new Labels(
              overlay,
              normal,
              scale,
              r[4 * cell],
              r[4 * cell + 1],
              r[4 * cell] + r[4 * cell + 2],
              r[4 * cell + 1] + r[4 * cell + 3]);
      double[][] balls = new double[n][];
      for (int i = 0; i < n; i++) {
        balls[i] = ball(placement, cell, layout.models()[cell] * n + i);
        if (balls[i] != null) {
          labels.avoid(balls[i][0], balls[i][1], balls[i][2]);
        }
      }
      float[] centre = placement.project(cell, 0, 0, 0);
      for (int i = 0; i < n; i++) {
        if (balls[i] != null) {
          mark(labels, layout.models()[cell] * n + i, balls[i], centre, cell);
        }
      }
    }
  }

  private double[] ball(CellTransform placement, int cell, int vertex) {
    float[] v = picture.vertices();
    int at = vertex * Vertices.FLOATS;
    float[] p = placement.project(cell, v[at], v[at + 1], v[at + 2]);
    if (p == null) {
      return null;
    }
    float[] eye = placement.toEye(v[at], v[at + 1], v[at + 2]);
    return new double[] {p[0], p[1], picture.radius() * placement.pixelsPerUnit(cell, eye)};
  }

  private void mark(Labels labels, int vertex, double[] ball, float[] centre, int cell) {
    int n = picture.features();
    if (view.biases) {
      double bias = scene.biases()[vertex];
      int colour = Palette.DIVERGING.at(0.5 + bias);
      double radius = ball[2] + (2 + 26 * Math.min(1, Math.abs(bias))) * scale;
      overlay.ring(ball[0], ball[1], radius, 2 * scale, colour, 1);
    }
    if (vertex == view.picked) {
      overlay.ring(ball[0], ball[1], ball[2] + 4 * scale, 2 * scale, theme.ink, 1);
    }
    boolean shown =
        view.labels
            && n <= MOST_LABELS
            && picture.layout().size() >= SMALLEST_WITH_FEATURES * scale;
    if (shown
        && picture.vertices()[vertex * Vertices.FLOATS + 3] >= Picture.HOLLOW
        && centre != null) {
      labels.place(
          Integer.toString(vertex % n),
          ball[0],
          ball[1],
          ball[2],
          centre[0],
          centre[1],
          theme.ink,
          theme.soft);
    }
  }

  /** How much of the truth the projection shows, where it cannot show all. */
  private void badge() {
    if (scene.info().hidden() <= 3 || picture.layout().cells() > MOST_NAMED) {
      return;
    }
    double visible = 1;
    double error = 0;
    for (int model : picture.layout().models()) {
      visible = Math.min(visible, projection.visible(scene, model));
      error = Math.max(error, ProjectionDistortion.cosineError(scene, picture.vertices(), model));
    }
    String text =
        "%s: %d %% of ‖W‖² seen, cosines off by up to %s"
            .formatted(
                view.projection.title(),
                Math.round(Math.floor(100 * visible)),
                ShortNumbers.fixed2(error));
    double width = Glyphs.shared().width(text, small) + 20 * scale;
    double left = 18 * scale;
    double bottom = picture.height() - (TimeBar.shown(timeline) ? TimeBar.HEIGHT + 2 : 10) * scale;
    overlay.box(left, bottom - 22 * scale, left + width, bottom, 11 * scale, theme.panel, 1);
    boolean misleading = error > PictureBuilder.MISLEADING;
    overlay.text(
        text,
        left + 10 * scale,
        bottom - 7 * scale,
        small,
        misleading ? theme.positive : theme.soft);
  }
}
