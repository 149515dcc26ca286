package toymodels.report;

/** Perceptual colour scales that the colour-blind can read; colours are 0xRRGGBB unless said. */
final class ColourScales {
  /** Coefficients of t⁰ to t⁶ for red, green, blue: a fit of matplotlib's viridis. */
  private static final double[][] VIRIDIS = {
    {.27773, .10509, -.33086, -4.63423, 6.22827, 4.77638, -5.43546},
    {.00541, 1.40461, .21485, -5.79910, 14.17993, -13.74515, 4.64585},
    {.33410, 1.38459, .09510, -19.33244, 56.69055, -65.35303, 26.31244},
  };

  /**
   * From faint to strong, near the ends of Moreland's cool-to-warm map (2009), as the paper uses.
   */
  private static final int[] COOL = {0x6f92f3, 0x3b4cc0};

  private static final int[] WARM = {0xf08a6c, 0xbe1230};
  private static final int[] SUPERPOSITION = {0x2166ac, 0x6a51a3, 0x9e3f8f, 0xc9355f, 0xd6301d};

  private ColourScales() {}

  /** Sequential: t in [0, 1] from dark violet to yellow. */
  static int viridis(double t) {
    int rgb = 0;
    for (double[] c : VIRIDIS) {
      double sum = 0;
      for (int k = c.length - 1; k >= 0; k--) {
        sum = sum * t + c[k];
      }
      rgb = rgb << 8 | channel(sum * 255);
    }
    return rgb;
  }

  /**
   * Diverging, 0xAARRGGBB: blue below zero, red above, the more opaque the farther from it, so that
   * zero is the page's own background in either theme; clamped beyond −1 and 1.
   */
  static int diverging(double v) {
    double size = Math.min(1, Math.abs(v));
    return opaque(blend(v < 0 ? COOL : WARM, size), Math.pow(size, .8));
  }

  /**
   * The phase diagram's, 0xAARRGGBB: hue from blue to red with superposition, more transparent as
   * the norm falls to 0.
   */
  static int phase(double norm, double superposition) {
    return opaque(blend(SUPERPOSITION, clamp(superposition)), clamp(norm));
  }

  private static int opaque(int rgb, double alpha) {
    return channel(255 * alpha) << 24 | rgb;
  }

  private static double clamp(double t) {
    return t >= 0 ? Math.min(1, t) : 0;
  }

  static String hex(int rgb) {
    return "#%06x".formatted(rgb);
  }

  private static int blend(int[] stops, double t) {
    double at = t * (stops.length - 1);
    int i = Math.min(stops.length - 2, (int) at);
    return mix(stops[i], stops[i + 1], at - i);
  }

  private static int mix(int from, int to, double t) {
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double a = from >> shift & 255;
      double b = to >> shift & 255;
      rgb |= channel(a + (b - a) * t) << shift;
    }
    return rgb;
  }

  private static int channel(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }
}
