package toymodels.viewer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import toymodels.viewer.internal.image.Gif;
import toymodels.viewer.internal.image.Png;

/**
 * Pixels from the top left, row by row.
 *
 * @param width pixels
 * @param height pixels
 * @param rgba red, green, blue, alpha, (height, width, 4)
 */
public record Image(int width, int height, byte[] rgba) {
  /**
   * @throws IllegalArgumentException if the sizes and the array disagree
   */
  public Image {
    if (width < 1 || height < 1 || rgba.length != 4L * width * height) {
      throw new IllegalArgumentException(
          "an image of %d x %d pixels in %d bytes".formatted(width, height, rgba.length));
    }
  }

  /** The bytes of a PNG of this image, without its alpha, and a text that is not seen. */
  public byte[] png(String text) {
    return Png.encode(this, text);
  }

  /** The bytes of a PNG of this image with its alpha, likewise. */
  public byte[] transparentPng(String text) {
    return Png.encodeTransparent(this, text);
  }

  /**
   * The text in a PNG that {@link #png} or {@link #transparentPng} made; empty if it has none.
   *
   * @throws IOException if the file cannot be read or is no PNG
   */
  public static Optional<String> textOfPng(Path file) throws IOException {
    return Png.text(file);
  }

  /**
   * Writes an animated GIF.
   *
   * @param frames of one size, at least one
   * @param hundredths of a second that each is shown
   */
  public static void writeGif(OutputStream out, List<Image> frames, int hundredths)
      throws IOException {
    Gif.write(out, frames, hundredths);
  }

  /** One pixel as 0xrrggbb. */
  public int rgb(int x, int y) {
    int at = 4 * (y * width + x);
    return (rgba[at] & 255) << 16 | (rgba[at + 1] & 255) << 8 | rgba[at + 2] & 255;
  }

  /**
   * What was drawn on both a black and a white background, without either: where it covers a part
   * of a pixel, the difference of the two is what it does not cover.
   */
  static Image between(Image black, Image white) {
    byte[] rgba = new byte[black.rgba.length];
    for (int at = 0; at < rgba.length; at += 4) {
      int uncovered = 0;
      for (int c = 0; c < 3; c++) {
        uncovered = Math.max(uncovered, (white.rgba[at + c] & 255) - (black.rgba[at + c] & 255));
      }
      int alpha = 255 - uncovered;
      for (int c = 0; c < 3 && alpha > 0; c++) {
        int value = (255 * (black.rgba[at + c] & 255) + alpha / 2) / alpha;
        rgba[at + c] = (byte) Math.min(255, value);
      }
      rgba[at + 3] = (byte) alpha;
    }
    return new Image(black.width, black.height, rgba);
  }

  /** Half as wide and high: the mean of four pixels each. */
  Image halved() {
    int w = width / 2;
    int h = height / 2;
    byte[] half = new byte[4 * w * h];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        for (int c = 0; c < 4; c++) {
          int at = 4 * (2 * y * width + 2 * x) + c;
          int sum =
              (rgba[at] & 255)
                  + (rgba[at + 4] & 255)
                  + (rgba[at + 4 * width] & 255)
                  + (rgba[at + 4 * width + 4] & 255);
          half[4 * (y * w + x) + c] = (byte) ((sum + 2) / 4);
        }
      }
    }
    return new Image(w, h, half);
  }
}
