package toymodels.viewer.internal.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import toymodels.viewer.Scene;
import toymodels.viewer.Timeline;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.scene.Vertices;

/**
 * A picture as shapes, for papers and posters: SVG 1.1, painted from the farthest to the nearest.
 */
public final class Svg {
  /** Faces and lines of one place lie under its balls. */
  private static final double UNDER = 1e-3;

  private final Picture picture;
  private final CellTransform placement;
  private final StringBuilder text = new StringBuilder();
  private final List<Shape> shapes = new ArrayList<>();

  private record Shape(double depth, String element) {}

  private Svg(Picture picture) {
    this.picture = picture;
    this.placement = new CellTransform(picture);
  }

  /** The newest picture of a scene as an SVG document. */
  public static String of(
      Scene scene, ViewState view, Timeline timeline, int width, int height, float scale) {
    return new Svg(PictureBuilder.compose(scene, view, timeline, width, height, scale)).document();
  }

  private String document() {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d'"
            + " font-family='DejaVu Sans, Verdana, sans-serif'>%n",
        picture.width(), picture.height(), picture.width(), picture.height());
    add("<rect width='100%%' height='100%%' fill='%s'/>%n", hex(picture.background()));
    for (int cell = 0; cell < picture.layout().cells(); cell++) {
      cell(cell);
    }
    overlay(picture.overlay());
    return text.append("</svg>\n").toString();
  }

  private void add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  private void cell(int cell) {
    shapes.clear();
    float[] s = picture.segments();
    for (int at = 0; at < s.length; at += Picture.SEGMENT) {
      line(
          placement.project(cell, s[at], s[at + 1], s[at + 2]),
          placement.project(cell, s[at + 4], s[at + 5], s[at + 6]),
          s[at + 3],
          0,
          rgb(s, at + 8));
    }
    faces(cell);
    edges(cell);
    int n = picture.features();
    for (int i = 0; i < n; i++) {
      feature(cell, picture.layout().models()[cell] * n + i);
    }
    shapes.sort(Comparator.comparingDouble(Shape::depth).reversed());
    int[] r = picture.layout().rectangles();
    add(
        "<svg x='%d' y='%d' width='%d' height='%d' viewBox='%1$d %2$d %3$d %4$d'>%n",
        r[4 * cell], r[4 * cell + 1], r[4 * cell + 2], r[4 * cell + 3]);
    shapes.forEach(shape -> text.append(shape.element()));
    text.append("</svg>\n");
  }

  private void feature(int cell, int vertex) {
    float[] v = picture.vertices();
    int at = vertex * Vertices.FLOATS;
    float[] p = placement.project(cell, v[at], v[at + 1], v[at + 2]);
    if (p == null) {
      return;
    }
    float[] eye = placement.toEye(v[at], v[at + 1], v[at + 2]);
    double radius = picture.radius() * placement.pixelsPerUnit(cell, eye);
    String colour = rgb(v, at + 4);
    if (v[at + 3] < Picture.HOLLOW) {
      double width = radius * (1 - Shading.HOLE);
      shape(
          p[2],
          "<circle cx='%.2f' cy='%.2f' r='%.2f' fill='none' stroke='%s' stroke-width='%.2f'/>%n",
          p[0],
          p[1],
          radius - width / 2,
          colour,
          width);
      return;
    }
    if (picture.shaft() > 0) {
      line(placement.project(cell, 0, 0, 0), p, picture.shaft(), 0, colour);
    }
    shape(
        p[2] - UNDER,
        "<circle cx='%.2f' cy='%.2f' r='%.2f' fill='%s' stroke='#000' stroke-opacity='0.35'"
            + " stroke-width='0.8'/>%n",
        p[0],
        p[1],
        radius,
        colour);
  }

  private void edges(int cell) {
    float[] e = picture.edges();
    float[] v = picture.vertices();
    for (int at = 0; at < e.length; at += Picture.EDGE) {
      if ((int) e[at + 2] == cell) {
        int a = (int) e[at] * Vertices.FLOATS;
        int b = (int) e[at + 1] * Vertices.FLOATS;
        line(
            placement.project(cell, v[a], v[a + 1], v[a + 2]),
            placement.project(cell, v[b], v[b + 1], v[b + 2]),
            e[at + 3],
            e[at + 7],
            rgb(e, at + 4));
      }
    }
  }

  private void line(float[] a, float[] b, double width, double dash, String colour) {
    if (a == null || b == null) {
      return;
    }
    String dashes =
        dash > 0
            ? String.format(Locale.ROOT, " stroke-dasharray='%.2f %.2f'", 0.6 * dash, 0.4 * dash)
            : "";
    shape(
        (a[2] + b[2]) / 2.0,
        "<line x1='%.2f' y1='%.2f' x2='%.2f' y2='%.2f' stroke='%s' stroke-width='%.2f'"
            + " stroke-linecap='round'%s/>%n",
        a[0],
        a[1],
        b[0],
        b[1],
        colour,
        width,
        dashes);
  }

  private void faces(int cell) {
    float[] t = picture.triangles();
    for (int at = 0; at < t.length; at += 3 * Picture.CORNER) {
      if ((int) t[at + 3] != cell) {
        continue;
      }
      StringBuilder points = new StringBuilder();
      double depth = 0;
      for (int from = at;
          from < at + 3 * Picture.CORNER && points != null;
          from += Picture.CORNER) {
        float[] p = placement.project(cell, t[from], t[from + 1], t[from + 2]);
        if (p == null) {
          points = null;
        } else {
          points.append(String.format(Locale.ROOT, "%.2f,%.2f ", p[0], p[1]));
          depth += p[2] / 3;
        }
      }
      if (points != null) {
        shape(
            depth,
            "<polygon points='%s' fill='%s' fill-opacity='%.3f'/>%n",
            points.toString().strip(),
            rgb(t, at + 4),
            t[at + 7]);
      }
    }
  }

  private void shape(double depth, String format, Object... values) {
    shapes.add(new Shape(depth, String.format(Locale.ROOT, format, values)));
  }

  private void overlay(Overlay overlay) {
    float[] d = overlay.data();
    int next = 0;
    for (int i = 0; i <= overlay.count(); i++) {
      for (; next < overlay.texts().size() && overlay.texts().get(next).before() <= i; next++) {
        Overlay.Text t = overlay.texts().get(next);
        add(
            "<text xml:space='preserve' x='%.1f' y='%.1f' font-size='%d' fill='%s'>%s</text>%n",
            t.x(), t.baseline(), t.size(), hex(t.rgb()), escaped(t.text()));
      }
      if (i < overlay.count()) {
        flat(d, i * Overlay.FLOATS);
      }
    }
  }

  private void flat(float[] d, int at) {
    String colour = rgb(d, at + 8);
    switch ((int) d[at + 4]) {
      case Overlay.BOX ->
          add(
              "<rect x='%.2f' y='%.2f' width='%.2f' height='%.2f' rx='%.2f' fill='%s'"
                  + " fill-opacity='%.3f'/>%n",
              d[at],
              d[at + 1],
              d[at + 2] - d[at],
              d[at + 3] - d[at + 1],
              d[at + 5],
              colour,
              d[at + 11]);
      case Overlay.LINE ->
          add(
              "<line x1='%.2f' y1='%.2f' x2='%.2f' y2='%.2f' stroke='%s' stroke-width='%.2f'"
                  + " stroke-opacity='%.3f'/>%n",
              d[at], d[at + 1], d[at + 2], d[at + 3], colour, 2 * d[at + 5], d[at + 11]);
      case Overlay.RING ->
          add(
              "<circle cx='%.2f' cy='%.2f' r='%.2f' fill='none' stroke='%s' stroke-width='%.2f'"
                  + " stroke-opacity='%.3f'/>%n",
              d[at], d[at + 1], d[at + 2], colour, 2 * d[at + 5], d[at + 11]);
      default -> {
        // Letters come as whole texts.
      }
    }
  }

  private static String rgb(float[] colours, int at) {
    return hex(Shading.pack(colours[at], colours[at + 1], colours[at + 2]));
  }

  private static String hex(int rgb) {
    return String.format(Locale.ROOT, "#%06x", rgb);
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
