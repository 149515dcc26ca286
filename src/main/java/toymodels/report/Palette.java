package toymodels.report;

/** Perceptual colour scales that the colour-blind can read; colours are 0xRRGGBB. */
final class Palette {
  /** Coefficients of t⁰ to t⁶ for red, green, blue: a fit of matplotlib's viridis. */
  private static final double[][] VIRIDIS = {
    {.27773, .10509, -.33086, -4.63423, 6.22827, 4.77638, -5.43546},
    {.00541, 1.40461, .21485, -5.79910, 14.17993, -13.74515, 4.64585},
    {.33410, 1.38459, .09510, -19.33244, 56.69055, -65.35303, 26.31244},
  };

  /** Moreland's cool-to-warm map (2009), as the paper's notebook uses, at steps of 1/16. */
  private static final int[] COOLWARM = {
    0x3b4cc0, 0x4d68d7, 0x6282ea, 0x779af7, 0x8db0fe, 0xa3c2ff, 0xb8d0f9, 0xccd9ee, 0xdddddd,
    0xecd3c5, 0xf5c4ad, 0xf7b194, 0xf49a7b, 0xec7f63, 0xde604d, 0xcb3e38, 0xb40426
  };

  private static final int NOT_REPRESENTED = 0xfaf9f6;
  private static final int[] SUPERPOSITION = {0x2166ac, 0x6a51a3, 0x9e3f8f, 0xc9355f, 0xd6301d};

  private Palette() {}

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

  /** Diverging: v in [−1, 1] from blue over grey to red; clamped beyond. */
  static int coolwarm(double v) {
    return blend(COOLWARM, (Math.max(-1, Math.min(1, v)) + 1) / 2);
  }

  /** The phase diagram's: hue from blue to red with superposition, paler as the norm falls to 0. */
  static int phase(double norm, double superposition) {
    int full = blend(SUPERPOSITION, Math.max(0, Math.min(1, superposition)));
    return mix(NOT_REPRESENTED, full, Math.max(0, Math.min(1, norm)));
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
