package toymodels.viewer.internal.raster;

import java.util.Arrays;
import toymodels.viewer.Image;
import toymodels.viewer.internal.picture.CellTransform;
import toymodels.viewer.internal.picture.Shading;
import toymodels.viewer.internal.scene.Palette;

/**
 * Nine samples a pixel with colour, depth and feature: spheres, lines and triangles drawn into
 * them.
 */
final class Raster {
  /** Samples along one side of a pixel. */
  private static final int SIDE = 3;

  private static final int NOTHING = -1;

  final int width;
  final int height;
  private final int columns;
  private final int[] colours;
  private final float[] depths;
  private final int[] features;
  private final float[] featureDepths;
  private int left;
  private int top;
  private int right;
  private int bottom;

  Raster(int width, int height) {
    this.width = width;
    this.height = height;
    this.columns = width * SIDE;
    this.colours = new int[columns * height * SIDE];
    this.depths = new float[colours.length];
    this.features = new int[colours.length];
    this.featureDepths = new float[colours.length];
  }

  void clear(int background) {
    Arrays.fill(colours, background);
    Arrays.fill(depths, 1);
    Arrays.fill(features, NOTHING);
    Arrays.fill(featureDepths, 1);
  }

  /** Draws nothing outside a cell from now on. */
  void clipTo(int[] rectangles, int cell) {
    left = Math.max(0, rectangles[4 * cell]) * SIDE;
    top = Math.max(0, rectangles[4 * cell + 1]) * SIDE;
    right = Math.min(width, rectangles[4 * cell] + rectangles[4 * cell + 2]) * SIDE;
    bottom = Math.min(height, rectangles[4 * cell + 1] + rectangles[4 * cell + 3]) * SIDE;
  }

  private static float centre(int sample) {
    return (sample + 0.5f) / SIDE;
  }

  private int firstColumn(float pixel) {
    return Math.max(left, (int) Math.floor(pixel * SIDE));
  }

  private int lastColumn(float pixel) {
    return Math.min(right - 1, (int) Math.ceil(pixel * SIDE));
  }

  private int firstRow(float pixel) {
    return Math.max(top, (int) Math.floor(pixel * SIDE));
  }

  private int lastRow(float pixel) {
    return Math.min(bottom - 1, (int) Math.ceil(pixel * SIDE));
  }

  /** A lit ball at a vertex, or a ring that faces the eye if hollow. */
  void sphere(
      CellTransform at,
      int cell,
      float[] vertices,
      int v,
      float radius,
      boolean hollow,
      int feature) {
    float[] c = at.toEye(vertices[v], vertices[v + 1], vertices[v + 2]);
    float[] p = at.fromEye(cell, c);
    if (p == null) {
      return;
    }
    float reach = 1.3f * radius * at.pixelsPerUnit(cell, c) + 1;
    for (int y = firstRow(p[1] - reach); y <= lastRow(p[1] + reach); y++) {
      for (int x = firstColumn(p[0] - reach); x <= lastColumn(p[0] + reach); x++) {
        float rx = at.rayX(cell, centre(x));
        float ry = at.rayY(cell, centre(y));
        float ox = at.orthographic ? rx : 0;
        float oy = at.orthographic ? ry : 0;
        float length = at.orthographic ? 1 : (float) Math.sqrt(rx * rx + ry * ry + 1);
        float dx = at.orthographic ? 0 : rx / length;
        float dy = at.orthographic ? 0 : ry / length;
        float dz = -1 / length;
        float along = (c[0] - ox) * dx + (c[1] - oy) * dy + c[2] * dz;
        float mx = c[0] - ox - dx * along;
        float my = c[1] - oy - dy * along;
        float mz = c[2] - dz * along;
        float miss = mx * mx + my * my + mz * mz;
        float half = radius * radius - miss;
        if (half < 0 || hollow && miss < Shading.HOLE * Shading.HOLE * radius * radius) {
          continue;
        }
        float t = along - (hollow ? 0 : (float) Math.sqrt(half));
        float depth = at.depth(dz * t);
        int sample = y * columns + x;
        if (depth >= -1 && depth < featureDepths[sample]) {
          featureDepths[sample] = depth;
          features[sample] = feature;
        }
        if (depth >= -1 && depth < depths[sample]) {
          depths[sample] = depth;
          colours[sample] =
              Shading.ball(
                  (ox + dx * t - c[0]) / radius,
                  (oy + dy * t - c[1]) / radius,
                  (dz * t - c[2]) / radius,
                  hollow,
                  vertices[v + 4],
                  vertices[v + 5],
                  vertices[v + 6]);
        }
      }
    }
  }

  /** A line of constant width in pixels with round ends, between projected points. */
  void line(float[] a, float[] b, float width, float dash, float red, float green, float blue) {
    if (a == null || b == null) {
      return;
    }
    float half = width / 2;
    float dx = b[0] - a[0];
    float dy = b[1] - a[1];
    float length = (float) Math.sqrt(dx * dx + dy * dy);
    int colour = Shading.pack(red, green, blue);
    int lastRow = lastRow(Math.max(a[1], b[1]) + half);
    int lastColumn = lastColumn(Math.max(a[0], b[0]) + half);
    for (int y = firstRow(Math.min(a[1], b[1]) - half); y <= lastRow; y++) {
      for (int x = firstColumn(Math.min(a[0], b[0]) - half); x <= lastColumn; x++) {
        float px = centre(x) - a[0];
        float py = centre(y) - a[1];
        float along = length < 1e-6f ? 0 : (px * dx + py * dy) / length;
        float on = Math.max(0, Math.min(length, along));
        float ex = px - (length < 1e-6f ? 0 : dx / length * on);
        float ey = py - (length < 1e-6f ? 0 : dy / length * on);
        if (ex * ex + ey * ey > half * half || Shading.gap(on, dash)) {
          continue;
        }
        float depth = length < 1e-6f ? a[2] : a[2] + (b[2] - a[2]) * on / length;
        int sample = y * columns + x;
        if (depth >= -1 && depth < depths[sample]) {
          depths[sample] = depth;
          colours[sample] = colour;
        }
      }
    }
  }

  /** A translucent triangle between projected corners; hides nothing that comes later. */
  void triangle(float[][] c, float red, float green, float blue, float alpha) {
    if (c[0] == null || c[1] == null || c[2] == null) {
      return;
    }
    float area = cross(c[0], c[1], c[2][0], c[2][1]);
    if (area == 0) {
      return;
    }
    int colour = Shading.pack(red, green, blue);
    float lowX = Math.min(c[0][0], Math.min(c[1][0], c[2][0]));
    float lowY = Math.min(c[0][1], Math.min(c[1][1], c[2][1]));
    int lastColumn = lastColumn(Math.max(c[0][0], Math.max(c[1][0], c[2][0])));
    int lastRow = lastRow(Math.max(c[0][1], Math.max(c[1][1], c[2][1])));
    for (int y = firstRow(lowY); y <= lastRow; y++) {
      for (int x = firstColumn(lowX); x <= lastColumn; x++) {
        float u = cross(c[1], c[2], centre(x), centre(y)) / area;
        float v = cross(c[2], c[0], centre(x), centre(y)) / area;
        float w = 1 - u - v;
        if (u < 0 || v < 0 || w < 0) {
          continue;
        }
        float depth = u * c[0][2] + v * c[1][2] + w * c[2][2];
        int sample = y * columns + x;
        if (depth >= -1 && depth < depths[sample]) {
          colours[sample] = Palette.mix(colours[sample], colour, alpha);
        }
      }
    }
  }

  private static float cross(float[] a, float[] b, float x, float y) {
    return (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
  }

  /** The feature whose ball is first at the middle of a pixel, lines aside, or −1. */
  int featureAt(int x, int y) {
    return features[(y * SIDE + SIDE / 2) * columns + x * SIDE + SIDE / 2];
  }

  /** The mean of each pixel's samples. */
  Image resolve() {
    byte[] rgba = new byte[4 * width * height];
    int samples = SIDE * SIDE;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int s = 0; s < samples; s++) {
          int colour = colours[(y * SIDE + s / SIDE) * columns + x * SIDE + s % SIDE];
          red += colour >> 16 & 255;
          green += colour >> 8 & 255;
          blue += colour & 255;
        }
        int at = 4 * (y * width + x);
        rgba[at] = (byte) ((red + samples / 2) / samples);
        rgba[at + 1] = (byte) ((green + samples / 2) / samples);
        rgba[at + 2] = (byte) ((blue + samples / 2) / samples);
        rgba[at + 3] = (byte) 255;
      }
    }
    return new Image(width, height, rgba);
  }
}
