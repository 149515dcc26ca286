package toymodels.viewer.internal.raster;

import java.util.Arrays;
import toymodels.viewer.Image;
import toymodels.viewer.internal.picture.CellTransform;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.Renderer;
import toymodels.viewer.internal.scene.Vertices;

/**
 * Draws without any graphics system: nine samples a pixel, a depth for each. Same picture, same
 * bytes, on every machine.
 */
public final class CpuRenderer implements Renderer {
  private Raster raster;
  private Picture picture;
  private Image image;

  @Override
  public String name() {
    return "the CPU rasteriser";
  }

  @Override
  public void draw(Picture next) {
    picture = next;
    if (raster == null || raster.width != next.width() || raster.height != next.height()) {
      raster = new Raster(next.width(), next.height());
    }
    raster.clear(next.background());
    CellTransform placement = new CellTransform(next);
    for (int cell = 0; cell < next.layout().cells(); cell++) {
      drawCell(next, placement, cell);
    }
    drawEdges(next, placement);
    drawTriangles(next, placement);
    image = raster.resolve();
    OverlayPainter.paint(next.overlay(), image);
  }

  private void drawCell(Picture p, CellTransform placement, int cell) {
    raster.clipTo(p.layout().rectangles(), cell);
    float[] s = p.segments();
    for (int at = 0; at < s.length; at += Picture.SEGMENT) {
      float[] a = placement.project(cell, s[at], s[at + 1], s[at + 2]);
      float[] b = placement.project(cell, s[at + 4], s[at + 5], s[at + 6]);
      raster.line(a, b, s[at + 3], s[at + 7], s[at + 8], s[at + 9], s[at + 10]);
    }
    int n = p.features();
    float[] origin = placement.project(cell, 0, 0, 0);
    for (int i = 0; i < n; i++) {
      int at = (p.layout().models()[cell] * n + i) * Vertices.FLOATS;
      float[] v = p.vertices();
      boolean hollow = v[at + 3] < Picture.HOLLOW;
      if (p.shaft() > 0 && !hollow) {
        float[] tip = placement.project(cell, v[at], v[at + 1], v[at + 2]);
        raster.line(origin, tip, p.shaft(), 0, v[at + 4], v[at + 5], v[at + 6]);
      }
      raster.sphere(placement, cell, v, at, p.radius(), hollow, cell * n + i);
    }
  }

  private void drawEdges(Picture p, CellTransform placement) {
    float[] e = p.edges();
    for (int at = 0; at < e.length; at += Picture.EDGE) {
      int cell = (int) e[at + 2];
      raster.clipTo(p.layout().rectangles(), cell);
      float[] a = vertex(p, placement, cell, (int) e[at]);
      float[] b = vertex(p, placement, cell, (int) e[at + 1]);
      raster.line(a, b, e[at + 3], e[at + 7], e[at + 4], e[at + 5], e[at + 6]);
    }
  }

  private static float[] vertex(Picture p, CellTransform placement, int cell, int vertex) {
    int at = vertex * Vertices.FLOATS;
    return placement.project(cell, p.vertices()[at], p.vertices()[at + 1], p.vertices()[at + 2]);
  }

  private void drawTriangles(Picture p, CellTransform placement) {
    float[] t = p.triangles();
    for (int at = 0; at < t.length; at += 3 * Picture.CORNER) {
      int cell = (int) t[at + 3];
      raster.clipTo(p.layout().rectangles(), cell);
      float[][] corners = new float[3][];
      for (int c = 0; c < 3; c++) {
        int from = at + c * Picture.CORNER;
        corners[c] = placement.project(cell, t[from], t[from + 1], t[from + 2]);
      }
      raster.triangle(corners, t[at + 4], t[at + 5], t[at + 6], t[at + 7]);
    }
  }

  @Override
  public Image read() {
    return new Image(
        image.width(), image.height(), Arrays.copyOf(image.rgba(), image.rgba().length));
  }

  @Override
  public int pick(int x, int y) {
    return x < 0 || y < 0 || x >= picture.width() || y >= picture.height()
        ? -1
        : raster.featureAt(x, y);
  }

  @Override
  public void close() {
    raster = null;
  }
}
