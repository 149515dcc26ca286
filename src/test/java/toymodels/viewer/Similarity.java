package toymodels.viewer;

/** Structural similarity of two images (Wang, Bovik, Sheikh and Simoncelli 2004). */
public final class Similarity {
  private static final int WINDOW = 8;
  private static final double C1 = 6.5025;
  private static final double C2 = 58.5225;

  private Similarity() {}

  /** Mean SSIM of luminance over windows of 8 x 8 pixels, 1 for equal images. */
  public static double ssim(Image a, Image b) {
    double sum = 0;
    int windows = 0;
    for (int y = 0; y + WINDOW <= a.height(); y += 4) {
      for (int x = 0; x + WINDOW <= a.width(); x += 4) {
        sum += window(a, b, x, y);
        windows++;
      }
    }
    return sum / windows;
  }

  private static double window(Image a, Image b, int left, int top) {
    double sa = 0;
    double sb = 0;
    double saa = 0;
    double sbb = 0;
    double sab = 0;
    int n = WINDOW * WINDOW;
    for (int y = top; y < top + WINDOW; y++) {
      for (int x = left; x < left + WINDOW; x++) {
        double va = luminance(a.rgb(x, y));
        double vb = luminance(b.rgb(x, y));
        sa += va;
        sb += vb;
        saa += va * va;
        sbb += vb * vb;
        sab += va * vb;
      }
    }
    double ma = sa / n;
    double mb = sb / n;
    double va = saa / n - ma * ma;
    double vb = sbb / n - mb * mb;
    double cov = sab / n - ma * mb;
    return (2 * ma * mb + C1) * (2 * cov + C2) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
  }

  private static double luminance(int rgb) {
    return 0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255);
  }
}
