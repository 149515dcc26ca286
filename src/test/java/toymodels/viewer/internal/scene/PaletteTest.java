package toymodels.viewer.internal.scene;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import toymodels.viewer.Theme;

/** Colours that stand side by side in a legend differ with deuteranopia, too. */
class PaletteTest {
  /** CIE 1976 ΔE: 2 is just noticeable side by side; 10 is different at a glance. */
  private static final double AT_A_GLANCE = 10;

  @Test
  void legends_differ_without_green() {
    for (Theme theme : Theme.values()) {
      differ(theme.positive, theme.negative);
      differ(theme.positive, theme.background);
      differ(theme.negative, theme.background);
      differ(theme.ink, theme.panel);
    }
    for (int a = 0; a < 7; a++) {
      for (int b = 0; b < a; b++) {
        differ(Palette.category(a), Palette.category(b));
      }
    }
    for (Palette palette : Palette.values()) {
      differ(palette.at(0), palette.at(0.5));
      differ(palette.at(0.5), palette.at(1));
      differ(palette.at(0), palette.at(1));
    }
  }

  private static void differ(int a, int b) {
    double[] x = lab(a);
    double[] y = lab(b);
    double deltaE =
        Math.sqrt(Math.pow(x[0] - y[0], 2) + Math.pow(x[1] - y[1], 2) + Math.pow(x[2] - y[2], 2));
    assertTrue(deltaE >= AT_A_GLANCE, "%06x and %06x differ by %.1f".formatted(a, b, deltaE));
  }

  /** CIELAB of a colour as seen without medium-wave cones (Machado, Oliveira, Fernandes 2009). */
  private static double[] lab(int rgb) {
    double[] l = new double[3];
    for (int c = 0; c < 3; c++) {
      double v = (rgb >> 16 - 8 * c & 255) / 255.0;
      l[c] = v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }
    double r = 0.367322 * l[0] + 0.860646 * l[1] - 0.227968 * l[2];
    double g = 0.280085 * l[0] + 0.672501 * l[1] + 0.047413 * l[2];
    double b = -0.011820 * l[0] + 0.042940 * l[1] + 0.968881 * l[2];
    double x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    double y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    double z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
  }

  private static double f(double t) {
    return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16.0 / 116;
  }
}
