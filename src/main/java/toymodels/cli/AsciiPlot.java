package toymodels.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Feature vectors in the plane, drawn with letters: a dotted line from the origin to each vector's
 * end, where the feature's number stands.
 *
 * @param vectors W, (features, 2)
 */
record AsciiPlot(double[] vectors) {
  /** Columns from the middle to the edge; a character is about twice as high as it is wide. */
  private static final int COLUMNS = 24;

  private static final int ROWS = 10;
  private static final double ROOM = 1.1;

  /** The drawing, line by line, without spaces at the end or empty lines around. */
  List<String> lines() {
    double largest = 1e-9;
    for (int i = 0; i < vectors.length; i += 2) {
      largest = Math.max(largest, Math.hypot(vectors[i], vectors[i + 1]));
    }
    double scale = ROWS / (largest * ROOM);
    char[][] canvas = new char[2 * ROWS + 1][2 * COLUMNS + 1];
    for (char[] row : canvas) {
      Arrays.fill(row, ' ');
    }
    for (int i = 0; i < vectors.length; i += 2) {
      for (int step = 0; step <= 4 * ROWS; step++) {
        double t = step / (4.0 * ROWS);
        mark(canvas, vectors[i] * scale * t, vectors[i + 1] * scale * t, '.');
      }
    }
    for (int i = 0; i < vectors.length; i += 2) {
      mark(canvas, vectors[i] * scale, vectors[i + 1] * scale, digit(i / 2));
    }
    mark(canvas, 0, 0, '+');
    List<String> lines = new ArrayList<>();
    for (char[] row : canvas) {
      lines.add(new String(row).stripTrailing());
    }
    while (lines.get(0).isEmpty()) {
      lines.remove(0);
    }
    while (lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }

  private static char digit(int feature) {
    return Character.forDigit(feature % Character.MAX_RADIX, Character.MAX_RADIX);
  }

  private static void mark(char[][] canvas, double x, double y, char mark) {
    int column = COLUMNS + (int) Math.round(2 * x);
    int row = ROWS - (int) Math.round(y);
    canvas[row][column] = mark;
  }
}
