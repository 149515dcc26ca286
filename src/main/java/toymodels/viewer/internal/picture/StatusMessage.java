package toymodels.viewer.internal.picture;

import toymodels.viewer.Theme;

/** A line that tells what was done, for a few seconds. */
public final class StatusMessage {
  private static final double SECONDS = 4;

  private String text = "";
  private double age;

  public void say(String line) {
    text = line;
    age = 0;
  }

  /**
   * Lets time pass.
   *
   * @return whether the line has just gone
   */
  public boolean fades(double seconds) {
    age += seconds;
    boolean gone = !text.isEmpty() && age > SECONDS;
    text = gone ? "" : text;
    return gone;
  }

  public void paint(Picture picture, Theme theme, float scale) {
    int size = Math.round(12 * scale);
    double right = picture.width() - 18 * scale;
    double width = Glyphs.shared().width(text, size);
    picture.overlay().text(text, right - width, 28 * scale, size, theme.soft);
  }
}
