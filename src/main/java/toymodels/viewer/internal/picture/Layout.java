package toymodels.viewer.internal.picture;

/**
 * Where each shown model is drawn.
 *
 * @param columns cells side by side
 * @param size width and height of a cell in whole pixels; one model alone has its own two
 * @param rectangles left, top, width, height of each cell in whole pixels, (cells, 4)
 * @param models the model in each cell, (cells)
 */
public record Layout(int columns, int size, int[] rectangles, int[] models) {
  /** Smaller cells show points only. */
  static final int POINTS_ONLY = 24;

  /** One cell over the whole area. */
  static Layout single(int x, int y, int width, int height, int model) {
    return new Layout(
        1, Math.min(width, height), new int[] {x, y, width, height}, new int[] {model});
  }

  /**
   * Square cells in rows, as large as fit, centred.
   *
   * @param strip pixels left free under each cell for its label
   */
  static Layout grid(int x, int y, int width, int height, int strip, int[] models) {
    int columns = 1;
    int size = 0;
    for (int c = 1; c <= models.length; c++) {
      int rows = (models.length + c - 1) / c;
      int s = Math.min(width / c, height / rows - strip);
      if (s > size) {
        size = s;
        columns = c;
      }
    }
    size = Math.max(size, 1);
    int rows = (models.length + columns - 1) / columns;
    int left = x + (width - columns * size) / 2;
    int top = y + Math.max(0, height - rows * (size + strip)) / 2;
    int[] rectangles = new int[4 * models.length];
    for (int k = 0; k < models.length; k++) {
      rectangles[4 * k] = left + k % columns * size;
      rectangles[4 * k + 1] = top + k / columns * (size + strip);
      rectangles[4 * k + 2] = size;
      rectangles[4 * k + 3] = size;
    }
    return new Layout(columns, size, rectangles, models);
  }

  public int cells() {
    return models.length;
  }

  /** Width over height of every cell. */
  float aspect() {
    return (float) rectangles[2] / rectangles[3];
  }

  /** The cell at a pixel, or −1. */
  public int cellAt(double px, double py) {
    for (int k = 0; k < cells(); k++) {
      double x = px - rectangles[4 * k];
      double y = py - rectangles[4 * k + 1];
      if (x >= 0 && y >= 0 && x < rectangles[4 * k + 2] && y < rectangles[4 * k + 3]) {
        return k;
      }
    }
    return -1;
  }
}
